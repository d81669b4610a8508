// Fetches the layers that don't depend on the question, and labels them in the language chosen.

import type { Feature, LineString } from 'geojson';
import { wholeLayer } from './api/client';
import { PLACE_FIELDS, type Crossing, type Place, type Segment } from './api/types';
import { BorderLine } from './draw/borderline';
import { innerLines, segmentEnds, toLngLat } from './map/geometry';
import { areaNames, borderLabels, borderNames, collection, crossingLabels, kilometreLabels, placeLabels, riverLabels } from './map/labels';
import { riverStretches, riversApart } from './map/riverborder';
import type { MapData, SourceName } from './map/style';
import type { Findable } from './panels/search';
import type { Labels } from './state/view';
import { displayName } from './text/names';

/** A label every so many kilometres of the border. */
const KM_STEP = 100;

export class Layers {
  segments: Segment[] = [];
  /** What corridors are measured along; null until the border has come. */
  border: BorderLine | null = null;
  crossings: Crossing[] = [];
  #places: Place[] = [];
  #towns: Feature[] = [];
  #rivers: Feature[] = [];
  /** Where the border runs in a river. */
  #riverBorder: Feature<LineString>[] = [];
  #provinces: Feature[] = [];
  #countries: Feature[] = [];
  readonly #fill: (name: SourceName, data: NonNullable<MapData[SourceName]>) => void;
  #labels: Labels;
  #asked = false;

  constructor(labels: Labels, fill: (name: SourceName, data: NonNullable<MapData[SourceName]>) => void) {
    this.#labels = labels;
    this.#fill = fill;
  }

  /** One task for each layer, so that one failure leaves the others standing. The border comes first. */
  tasks(found: (findables: Findable[]) => void): (() => Promise<void>)[] {
    const plain = (name: 'land' | 'lakes') => async () => {
      this.#fill(name, collection(await wholeLayer(name)));
    };
    return [
      async () => {
        this.segments = await wholeLayer<Segment>('border-25m');
        this.#followRivers();
        this.border = new BorderLine(this.segments);
        this.#name();
        this.#fill('border-ends', collection(segmentEnds(this.segments).slice(0, -1)));
        this.#fill('border-km', kilometreLabels(this.segments, KM_STEP));
      },
      plain('land'),
      plain('lakes'),
      async () => {
        this.#countries = await wholeLayer('countries');
        this.#fill('countries', collection(this.#countries));
        this.#name();
      },
      async () => {
        this.crossings = await wholeLayer<Crossing>('crossings');
        this.#name();
        found(this.crossings.map(findableCrossing));
      },
      async () => {
        this.#places = await wholeLayer<Place>('places', PLACE_FIELDS);
        this.#name();
        found(this.#places.map(findablePlace));
      },
      async () => {
        this.#rivers = await wholeLayer('rivers');
        this.#followRivers();
        this.#name();
      },
      async () => {
        const boundaries = await wholeLayer('boundaries');
        this.#fill('boundaries', collection(boundaries.filter((line) => !isTheBorder(line))));
      },
      async () => {
        this.#towns = await wholeLayer('towns');
        this.#name();
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

function findableCrossing({ id, geometry, properties }: Crossing): Findable {
  const where = [properties.iraq_governorate, properties.iran_province].filter(Boolean).join(' | ');
  return { kind: 'crossing', id, at: toLngLat(geometry.coordinates), names: properties, where, weight: 50_000 };
}

function findablePlace({ id, geometry, properties }: Place): Findable {
  const where = [properties.admin1, properties.country].filter(Boolean).join(', ');
  return { kind: 'place', id, at: toLngLat(geometry.coordinates), names: properties, where, weight: properties.population ?? 0 };
}
