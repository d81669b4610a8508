// The names of places and provinces in the reader's language, for texts that have them in English: looked up in the layers that
// the page has fetched, never made up. What isn't known there stays English, and is marked as such.

import type { Feature } from 'geojson';
import type { Crossing, Names, Place, Segment } from '../api/types';
import { language, t, term, type MessageKey } from '../i18n';
import { displayName, searchKey } from './names';

/** A text for the reader, and whether it had to stay in English though they read another language. */
export interface Said {
  readonly text: string;
  readonly english: boolean;
}

/** Where something is, as incidents and places say it: in English, the country by its code. */
export interface Whereabouts {
  readonly place?: string | null;
  readonly admin1: string | null;
  readonly country: string | null;
}

interface Settlement {
  readonly names: Names;
  readonly country: string | null;
  readonly admin1: string | null;
  readonly population: number;
}

/** What stands between the two provinces in the name of a segment of the border. */
const BETWEEN = ' – ';

/** What a place is said to be, or how it lies to another: the words around a name, and the message that says the same. */
const PHRASES: readonly { readonly pattern: RegExp; readonly key: MessageKey & `where.${string}` }[] = [
  { pattern: /^(.+) (?:county|district) border$/i, key: 'where.border' },
  { pattern: /^(.+) district$/i, key: 'where.district' },
  { pattern: /^(.+) county$/i, key: 'where.county' },
  { pattern: /^(.+) sub-district$/i, key: 'where.subdistrict' },
  { pattern: /^(.+) (?:area|countryside)$/i, key: 'where.area' },
  { pattern: /^(.+) heights$/i, key: 'where.heights' },
  { pattern: /^(.+), border strip$/i, key: 'where.strip' },
  { pattern: /^near (.+)$/i, key: 'where.near' },
  { pattern: /^(?:area|countryside) north of (.+)$/i, key: 'where.north' },
  { pattern: /^(?:area|countryside) south of (.+)$/i, key: 'where.south' },
  { pattern: /^(?:area|countryside) east of (.+)$/i, key: 'where.east' },
  { pattern: /^(?:area|countryside) west of (.+)$/i, key: 'where.west' },
  { pattern: /^camps in (.+)$/i, key: 'where.camps' },
];
const GOVERNORATE = /^(.+) (?:governorate|province)$/i;
const CROSSING = /^(.+?) crossing$/i;
const SIDE = /^(.+), (Iraqi|Iranian) side$/i;
const WITHIN = /^(.+) \(([^()]+)\)$/;
const PARTS = /\s*[/(),]\s*/;

class Gazetteer {
  readonly #settlements = new Map<string, Settlement[]>();
  readonly #provinces = new Map<string, Names>();
  readonly #crossings = new Map<string, Names>();
  readonly #countries = new Map<string, Names>();
  #revision = 0;

  /** Grows whenever more is known: what was written before may be said better now. */
  get revision(): number {
    return this.#revision;
  }

  learnPlaces(places: readonly Pick<Place, 'properties'>[]): void {
    for (const { properties } of places) {
      const { country, admin1, population } = properties;
      for (const key of keysOf(properties)) {
        const known = this.#settlements.get(key) ?? [];
        this.#settlements.set(key, [...known, { names: properties, country, admin1, population: population ?? 0 }]);
      }
    }
    this.#revision++;
  }

  learnCrossings(crossings: readonly Crossing[]): void {
    for (const { properties } of crossings) {
      for (const part of [properties.name_en, ...properties.name_en.split(PARTS)]) if (part) this.#crossings.set(searchKey(part), properties);
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

  placeNames(name: string, { country, admin1 }: Whereabouts): Names | null {
    const all = (this.#settlements.get(searchKey(name)) ?? []).filter((place) => !country || !place.country || place.country === country);
    const near = all.filter((place) => admin1 && place.admin1 && searchKey(place.admin1) === searchKey(admin1));
    return [...(near.length ? near : all)].sort((a, b) => b.population - a.population)[0]?.names ?? null;
  }

  crossingNames(name: string): Names | null {
    return this.#crossings.get(searchKey(name)) ?? null;
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

/** The place of a report, with the words around its name: whole in the reader's language, or whole in English. */
export function sayPlace(where: Whereabouts & { readonly place: string }): Said {
  return said(where.place, translated(where.place, where));
}

function said(english: string, known: string | null): Said {
  if (language() === 'en') return { text: english, english: false };
  return known === null ? { text: english, english: true } : { text: known, english: false };
}

function translated(text: string, where: Whereabouts): string | null {
  const plain = own(gazetteer.placeNames(text, where));
  if (plain !== null) return plain;
  const crossing = CROSSING.exec(text);
  if (crossing) return phrase('where.crossing', own(gazetteer.crossingNames(crossing[1] ?? '')));
  const within = WITHIN.exec(text);
  if (within) {
    const [name, of] = [translated(within[1] ?? '', where), translated(within[2] ?? '', where)];
    return name !== null && of !== null ? t('where.within', { name, of }) : null;
  }
  const side = SIDE.exec(text);
  if (side) return phrase(side[2] === 'Iraqi' ? 'where.side.IQ' : 'where.side.IR', translated(side[1] ?? '', where));
  for (const { pattern, key } of PHRASES) {
    const match = pattern.exec(text);
    if (match) return phrase(key, translated(match[1] ?? '', where));
  }
  const governorate = GOVERNORATE.exec(text);
  if (governorate) return phrase('where.governorate', own(gazetteer.provinceNames(governorate[1] ?? '', where.country)));
  return null;
}

function phrase(key: MessageKey & `where.${string}`, name: string | null): string | null {
  return name === null ? null : t(key, { name });
}

/** The name in the reader's language alone: another language's would be no better than English, and less often read. */
function own(names: Names | null): string | null {
  const chosen = language();
  return (chosen === 'en' ? null : names?.[`name_${chosen}`]) ?? null;
}

function keysOf(names: Names): string[] {
  return [...new Set([names.name_en, names.name].filter((name): name is string => Boolean(name)).map(searchKey))];
}

function present(names: Names): Names {
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== null && value !== undefined && value !== ''));
}
