// The names of places and provinces in the reader's language, for texts that have them in English: looked up in the layers that
// the page has fetched and in localities.json, never made up. What isn't known there stays English, and is marked as such.

import type { Feature } from 'geojson';
import type { Crossing, Names, Place, Segment } from '../api/types';
import { soundKey } from '../find/fold';
import { language, term } from '../i18n';
import { displayName, searchKey } from './names';

/** A text for the reader, and whether it had to stay in English though they read another language. */
export interface Said {
  readonly text: string;
  readonly english: boolean;
  /** The text in pieces, where only some of them stayed in English. */
  readonly parts?: readonly Said[];
}

/** Where something is, as incidents and places say it: in English, the country by its code. */
export interface Whereabouts {
  readonly place?: string | null;
  readonly admin1: string | null;
  readonly country: string | null;
}

/** A name that reports know and no layer has: of a village, a mountain or a field without a position of its own. */
export type Locality = Names & { readonly country: string; readonly admin1: string; readonly alternate_names?: readonly string[] };

interface Settlement {
  readonly names: Names;
  readonly country: string | null;
  readonly admin1: string | null;
  readonly population: number;
}

/** What stands between the two provinces in the name of a segment of the border. */
const BETWEEN = ' – ';

const PARTS = /\s*[/(),]\s*/;

class Gazetteer {
  readonly #settlements = new Map<string, Settlement[]>();
  /** The same by how they sound; null until a name isn't known as it is written. */
  #sounds: Map<string, Settlement[]> | null = null;
  readonly #provinces = new Map<string, Names>();
  readonly #crossings = new Map<string, Names>();
  readonly #crossingSounds = new Map<string, Names[]>();
  readonly #countries = new Map<string, Names>();
  #revision = 0;

  /** Grows whenever more is known: what was written before may be said better now. */
  get revision(): number {
    return this.#revision;
  }

  learnPlaces(places: readonly Pick<Place, 'properties'>[]): void {
    for (const { properties } of places) {
      const { country, admin1, population } = properties;
      this.#settle(keysOf(properties), { names: properties, country, admin1, population: population ?? 0 });
    }
    this.#revision++;
  }

  learnLocalities(localities: readonly Locality[]): void {
    for (const names of localities) {
      const keys = [...keysOf(names), ...(names.alternate_names ?? []).map(searchKey)];
      this.#settle(keys, { names, country: names.country, admin1: names.admin1, population: 0 });
    }
    this.#revision++;
  }

  #settle(keys: readonly string[], settlement: Settlement): void {
    this.#sounds = null;
    for (const key of keys) add(this.#settlements, key, settlement);
  }

  learnCrossings(crossings: readonly Crossing[]): void {
    for (const { properties } of crossings) {
      for (const key of [...keysOf(properties), ...properties.name_en.split(PARTS).filter(Boolean).map(searchKey)]) {
        this.#crossings.set(key, properties);
        add(this.#crossingSounds, soundKey(key), properties);
      }
    }
    this.#revision++;
  }

  /** The segments of the border are named by the provinces on either side, Iran's first, in every language. */
  learnSegments(segments: readonly Segment[]): void {
    for (const { properties } of segments) {
      const parted = (['name_en', 'name_ar', 'name_fa', 'name_ckb'] as const).map((field) => [field, (properties[field] ?? '').split(BETWEEN)] as const);
      if (parted.some(([, parts]) => parts.length !== 2)) continue;
      ['IR', 'IQ'].forEach((country, side) => { this.#province(country, Object.fromEntries(parted.map(([field, parts]) => [field, parts[side]]))); });
    }
    this.#revision++;
  }

  learnProvinces(provinces: readonly Feature[]): void {
    for (const { properties } of provinces) {
      if (typeof properties?.['country'] === 'string') this.#province(properties['country'], properties, properties['alternate_names']);
    }
    this.#revision++;
  }

  #province(country: string, names: Names, alternates?: unknown): void {
    const further = Array.isArray(alternates) ? alternates.filter((name) => typeof name === 'string') : [];
    for (const key of [...keysOf(names), ...further.map(searchKey)]) {
      const known = this.#provinces.get(`${country}:${key}`);
      // The border's segments know the Central Kurdish names too; a layer without them takes none away.
      this.#provinces.set(`${country}:${key}`, { ...known, ...present(names) });
    }
  }

  learnCountries(countries: readonly Feature[]): void {
    for (const { id, properties } of countries) this.#countries.set(String(id), properties ?? {});
    this.#revision++;
  }

  countryNames(code: string): Names | null {
    return this.#countries.get(code) ?? null;
  }

  /** The names of a province; those of the town that it is called by, where the layers have no such province. */
  provinceNames(name: string, country: string | null): Names | null {
    const key = searchKey(name);
    const seat = this.#settlements.get(key)?.find((place) => place.country === country && searchKey(place.admin1 ?? '') === key);
    const province = this.#provinces.get(`${country}:${key}`);
    return province || seat ? { ...present(seat?.names ?? {}), ...present(province ?? {}) } : null;
  }

  /** The names of a settlement: as it is written, else of the only one of its province that sounds alike. */
  placeNames(name: string, where: Pick<Whereabouts, 'country' | 'admin1'>): Names | null {
    const { all, near } = around(this.#settlements.get(searchKey(name)), where);
    const written = [...(near.length ? near : all)].sort((a, b) => b.population - a.population)[0];
    if (written) return written.names;
    return onlyOne(around(alike(this.#bySound(), name), where).near.map(({ names }) => names));
  }

  #bySound(): Map<string, Settlement[]> {
    if (this.#sounds) return this.#sounds;
    const sounds = new Map<string, Settlement[]>();
    for (const [key, settlements] of this.#settlements) for (const settlement of settlements) add(sounds, soundKey(key), settlement);
    this.#sounds = sounds;
    return sounds;
  }

  crossingNames(name: string): Names | null {
    return this.#crossings.get(searchKey(name)) ?? onlyOne(alike(this.#crossingSounds, name));
  }

  /** The code of a country by its English name. */
  countryCode(name: string): string | null {
    const key = searchKey(name);
    return [...this.#countries].find(([, names]) => keysOf(names).includes(key))?.[0] ?? null;
  }
}

/** What the page knows of names: the layers tell it as they come. */
export const gazetteer = new Gazetteer();

/** A country by its code: in the words of the page, else of the layer of countries; the code itself where neither knows it. */
export function sayCountry(code: string): Said {
  const known = term('country', code);
  const names = known === code ? gazetteer.countryNames(code) : null;
  return { text: names ? displayName(names) : known, english: false };
}

/** The title of a layer; of a shipped one in the reader's language. */
export function sayLayer(id: string, title: string | null | undefined): Said {
  const known = term('layer', id);
  if (language() === 'en' || known === id) return { text: title ?? id, english: language() !== 'en' };
  return { text: known, english: false };
}

export function sayProvince(name: string, country: string | null): Said {
  return said(name, own(gazetteer.provinceNames(name, country)));
}

function said(english: string, known: string | null): Said {
  if (language() === 'en') return { text: english, english: false };
  return known === null ? { text: english, english: true } : { text: known, english: false };
}

/** The name in the reader's language alone: another language's would be no better than English, and less often read. */
export function own(names: Names | null): string | null {
  const chosen = language();
  return (chosen === 'en' ? null : names?.[`name_${chosen}`]) ?? null;
}

function add<T>(index: Map<string, T[]>, key: string, value: T): void {
  index.set(key, [...(index.get(key) ?? []), value]);
}

/** What sounds as a name does; of so few letters as two that says nothing. */
function alike<T>(sounds: ReadonlyMap<string, readonly T[]>, name: string): readonly T[] {
  const sound = soundKey(name);
  return sound.length < 3 ? [] : (sounds.get(sound) ?? []);
}

function onlyOne<T>(found: readonly T[]): T | null {
  const [first, ...more] = new Set(found);
  return more.length ? null : (first ?? null);
}

/** Which of them may be meant: all in the country, and those in the province. */
function around(settlements: readonly Settlement[] = [], { country, admin1 }: Pick<Whereabouts, 'country' | 'admin1'>): { all: Settlement[]; near: Settlement[] } {
  const all = settlements.filter((place) => !country || !place.country || place.country === country);
  const province = searchKey(admin1 ?? '');
  return { all, near: all.filter((place) => province && place.admin1 && searchKey(place.admin1) === province) };
}

/** Its English names, also without what stands in brackets: Koya (Koysinjaq) is Koya. */
function keysOf(names: Names): string[] {
  const english = [names.name_en, names.name].filter((name): name is string => Boolean(name));
  return [...new Set(english.flatMap((name) => [name, name.replace(/\([^()]*\)/g, '')]).map(searchKey))];
}

function present(names: Names): Names {
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== null && value !== undefined && value !== ''));
}
