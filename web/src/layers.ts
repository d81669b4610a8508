// Fetches the layers that don't depend on the question, and labels them in the language chosen.

import type { Feature, LineString } from 'geojson';
import { ApiError, wholeLayer } from './api/client';
import { PLACE_FIELDS, TOWN_FIELDS, type Crossing, type Place, type Segment } from './api/types';
import { BorderLine } from './draw/borderline';
import { alternatesOf, countryFindable, crossingFindable, placeFindable, provinceFindable, segmentFindable, townFindables, waterFindables } from './find/findables';
import type { Findable } from './find/kinds';
import { language } from './i18n';
import { innerLines, segmentEnds } from './map/geometry';
import { areaNames, borderLabels, borderNames, collection, crossingLabels, kilometreLabels, placeLabels, riverLabels } from './map/labels';
import { riverStretches, riversApart } from './map/riverborder';
import type { MapData, SourceName } from './map/style';
import type { Labels } from './state/view';
import { gazetteer } from './text/gazetteer';
import { displayName } from './text/names';

/** What only a search needs of places and towns: half of what they weigh. */
const SEARCHED = { places: ['name_ku', 'alternate_names'], towns: ['alternate_names'] } as const;

/** Who is told what has names, and by which further spellings it is found. */
export interface Naming {
  learn(findables: readonly Findable[]): void;
  respell(kind: 'place', spellings: ReadonlyMap<string, readonly string[]>): void;
}

/** A label every so many kilometres of the border. */
const KM_STEP = 100;

export class Layers {
  segments: Segment[] = [];
  /** What corridors are measured along; null until the border has come. */
  border: BorderLine | null = null;
  crossings: Crossing[] = [];
  #places: Place[] = [];
  #towns: Place[] = [];
  #rivers: Feature[] = [];
  /** Where the border runs in a river. */
  #riverBorder: Feature<LineString>[] = [];
  #provinces: Feature[] = [];
  #countries: Feature[] = [];
  readonly #fill: (name: SourceName, data: NonNullable<MapData[SourceName]>) => void;
  #labels: Labels;
  #asked = false;
  readonly #naming: Naming;

  constructor(labels: Labels, naming: Naming, fill: (name: SourceName, data: NonNullable<MapData[SourceName]>) => void) {
    this.#labels = labels;
    this.#naming = naming;
    this.#fill = fill;
  }

  /** One task for each layer, so that one failure leaves the others standing. The border comes first. */
  tasks(): (() => Promise<void>)[] {
    return [
      async () => {
        this.segments = await wholeLayer<Segment>('border-25m');
        this.#followRivers();
        this.border = new BorderLine(this.segments);
        gazetteer.learnSegments(this.segments);
        this.#naming.learn(this.segments.map(segmentFindable));
        this.#name();
        this.#fill('border-ends', collection(segmentEnds(this.segments).slice(0, -1)));
        this.#fill('border-km', kilometreLabels(this.segments, KM_STEP));
      },
      async () => {
        this.#fill('land', collection(await wholeLayer('land')));
      },
      async () => {
        const lakes = await wholeLayer('lakes');
        this.#fill('lakes', collection(lakes));
        this.#naming.learn(waterFindables('lake', lakes));
      },
      async () => {
        this.#countries = await wholeLayer('countries');
        this.#fill('countries', collection(this.#countries));
        gazetteer.learnCountries(this.#countries);
        this.#naming.learn(this.#countries.map(countryFindable));
        this.#name();
      },
      async () => {
        this.crossings = await wholeLayer<Crossing>('crossings');
        this.#name();
        gazetteer.learnCrossings(this.crossings);
        this.#naming.learn(this.crossings.map(crossingFindable));
      },
      async () => {
        this.#places = await wholeLayer<Place>('places', PLACE_FIELDS);
        this.#name();
        gazetteer.learnPlaces(this.#places);
        this.#naming.learn(this.#places.map(placeFindable));
        this.#learnTowns();
      },
      async () => {
        this.#rivers = await wholeLayer('rivers');
        this.#naming.learn(waterFindables('river', this.#rivers));
        this.#followRivers();
        this.#name();
      },
      async () => {
        const boundaries = await wholeLayer('boundaries');
        this.#fill('boundaries', collection(boundaries.filter((line) => !isTheBorder(line))));
      },
      async () => {
        this.#towns = await wholeLayer<Place>('towns', TOWN_FIELDS);
        this.#name();
        this.#learnTowns();
      },
      async () => {
        // English texts have their names in English already.
        if (language() !== 'en') gazetteer.learnLocalities((await import('./text/localities.json')).default);
      },
    ];
  }

  /** The provinces: the largest layer, and faint lines that only matter close by. */
  async provinces(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.#provinces = await wholeLayer('provinces');
    } catch (cause) {
      this.#asked = false;
      throw cause;
    }
    this.#fill('provinces', collection([innerLines(this.#provinces)]));
    this.#name();
    gazetteer.learnProvinces(this.#provinces);
    this.#naming.learn(this.#provinces.map(provinceFindable));
  }

  /** What only a search needs: the provinces, and all spellings of places and towns. */
  searched(): (() => Promise<void>)[] {
    const spellings = (layer: keyof typeof SEARCHED) => async () => {
      try {
        this.#naming.respell('place', alternatesOf(await wholeLayer(layer, SEARCHED[layer])));
      } catch (cause) {
        // Somebody's own layer in its place may have no such fields; its names are known all the same.
        if (!(cause instanceof ApiError && cause.refusal?.status === 400)) throw cause;
      }
    };
    return [spellings('places'), spellings('towns'), () => this.provinces()];
  }

  /** Once both are here: a town that the finer layer has is no second one. */
  #learnTowns(): void {
    if (!this.#places.length || !this.#towns.length) return;
    gazetteer.learnPlaces(this.#towns);
    this.#naming.learn(townFindables(this.#towns, this.#places));
  }

  setLabels(labels: Labels): void {
    if (labels === this.#labels) return;
    this.#labels = labels;
    this.#name();
  }

  segmentName(id: string | null): string | null {
    const properties = this.segments.find((segment) => segment.id === id)?.properties;
    return properties ? displayName(properties) : null;
  }

  /** Once both are here: where the border is a river, and the rivers elsewhere. */
  #followRivers(): void {
    if (!this.segments.length || !this.#rivers.length) return;
    this.#riverBorder = riverStretches(this.segments, this.#rivers);
    this.#rivers = riversApart(this.#rivers, this.#riverBorder);
  }

  #name(): void {
    this.#fill('border', borderLabels(this.segments, this.#labels));
    this.#fill('border-names', borderNames(this.segments, this.#labels));
    this.#fill('places', placeLabels(this.#places, this.#towns, this.#labels));
    this.#fill('crossings', crossingLabels(this.crossings, this.#labels));
    this.#fill('rivers', riverLabels(this.#rivers, this.#labels));
    this.#fill('border-river', riverLabels(this.#riverBorder, this.#labels));
    this.#fill('names', areaNames(this.#provinces, this.#countries, this.#labels));
  }
}

/** Natural Earth's copy of the border is kilometres off; only the measured line is drawn. */
function isTheBorder({ properties }: Feature): boolean {
  const sides = [properties?.['country_a'], properties?.['country_b']];
  return sides.includes('IQ') && sides.includes('IR');
}
