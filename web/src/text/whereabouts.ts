// Where a report is, in the reader's language: the words around a name translated, the name looked up. A name that isn't known in
// the language keeps its Latin letters, and is marked as English among words that are not.

import { language, t, type MessageKey } from '../i18n';
import { gazetteer, own, sayCountry, type Said, type Whereabouts } from './gazetteer';

type Key = MessageKey & `where.${string}`;
/** What a name within a phrase is the name of: it is looked up there before the settlements. */
type Kind = 'crossing' | 'province';

interface Phrase {
  /** The names are its named groups, and the places to fill of the message. */
  readonly pattern: RegExp;
  readonly key: Key;
  readonly of?: Kind;
}

/** What a place is said to be, or how it lies to another. In this order: what is set apart first, then what stands before a name. */
const PHRASES: readonly Phrase[] = [
  { pattern: /^(?<name>.+), Iraqi side$/i, key: 'where.side.IQ' },
  { pattern: /^(?<name>.+), Iranian side$/i, key: 'where.side.IR' },
  { pattern: /^(?<name>.+?),? border strip$/i, key: 'where.strip' },
  { pattern: /^(?<name>.+), (?<of>[^,()]+)$/, key: 'where.of' },
  { pattern: /^shown at (?<name>.+)$/i, key: 'where.shown' },
  { pattern: /^near (?<name>.+)$/i, key: 'where.near' },
  { pattern: /^(?:area|countryside) north of (?<name>.+)$/i, key: 'where.north' },
  { pattern: /^(?:area|countryside) south of (?<name>.+)$/i, key: 'where.south' },
  { pattern: /^(?:area|countryside) east of (?<name>.+)$/i, key: 'where.east' },
  { pattern: /^(?:area|countryside) west of (?<name>.+)$/i, key: 'where.west' },
  { pattern: /^camps in (?<name>.+)$/i, key: 'where.camps' },
  { pattern: /^(?<name>.+) \((?<of>[^()]+)\)$/, key: 'where.within' },
  { pattern: /^(?<name>.+) (?:county|district) border$/i, key: 'where.border' },
  { pattern: /^(?<name>.+) sub-district$/i, key: 'where.subdistrict' },
  { pattern: /^(?<name>.+) district$/i, key: 'where.district' },
  { pattern: /^(?<name>.+) county$/i, key: 'where.county' },
  { pattern: /^(?<name>.+) (?:governorate|province)$/i, key: 'where.governorate', of: 'province' },
  { pattern: /^(?<name>.+) land crossings$/i, key: 'where.landcrossings' },
  { pattern: /^(?<name>.+) crossing$/i, key: 'where.crossing', of: 'crossing' },
  { pattern: /^(?<name>.+) road$/i, key: 'where.road' },
  { pattern: /^(?<name>.+) (?:area|countryside)$/i, key: 'where.area' },
  { pattern: /^(?<name>.+) outskirts$/i, key: 'where.outskirts' },
  { pattern: /^(?<name>.+) heights$/i, key: 'where.heights' },
  { pattern: /^(?<name>.+) mountains$/i, key: 'where.mountains' },
  { pattern: /^(?<name>.+) wetlands?$/i, key: 'where.wetland' },
  { pattern: /^(?<name>.+) village$/i, key: 'where.village' },
  { pattern: /^(?<name>.+) camp$/i, key: 'where.camp' },
  { pattern: /^(?<name>.+) gas field$/i, key: 'where.gasfield' },
  { pattern: /^(?<name>.+) oil field$/i, key: 'where.oilfield' },
  { pattern: /^(?<name>.+) airfield$/i, key: 'where.airfield' },
];

/** Longer texts are no phrase around a name. */
const LETTERS_MAX = 200;

/** The place of a report: its words in the reader's language, and each name in it that is known there. */
export function sayPlace(where: Whereabouts & { readonly place: string }): Said {
  const { place } = where;
  if (language() === 'en') return { text: place, english: false };
  const parts = place.length > LETTERS_MAX ? [{ text: place, english: true }] : worded(place, where);
  if (parts.every(({ english }) => !english)) return { text: parts.map(({ text }) => text).join(''), english: false };
  // Only brackets and commas around names: nothing was said in the reader's language.
  if (parts.every(({ text, english }) => english || !/\p{L}/u.test(text))) return { text: place, english: true };
  return { text: parts.map(({ text, english }) => (english ? `\u2068${text}\u2069` : text)).join(''), english: false, parts };
}

function worded(text: string, where: Whereabouts, of?: Kind): readonly Said[] {
  const name = named(text, where, of);
  if (name !== null) return [{ text: name, english: false }];
  for (const phrase of PHRASES) {
    const names = phrase.pattern.exec(text)?.groups;
    if (names) return filled(keyOf(phrase, where), (group) => worded(names[group] ?? '', where, phrase.of));
  }
  return [{ text, english: true }];
}

/** A message in pieces, with the pieces of what fills it. */
function filled(key: Key, fill: (group: string) => readonly Said[]): readonly Said[] {
  const pieces = t(key).split(/\{(\w+)\}/).flatMap((piece, i) => (i % 2 ? fill(piece) : [{ text: piece, english: false }]));
  return pieces.filter(({ text }) => text !== '');
}

/** A district of Iran is a part of a county, as a sub-district of Iraq is of a district. */
function keyOf({ key }: Phrase, { country }: Whereabouts): Key {
  return key === 'where.district' && country === 'IR' ? 'where.subdistrict' : key;
}

/** The name in the reader's language; of several joined by hyphens, where all are known. */
function named(text: string, where: Whereabouts, of?: Kind): string | null {
  const whole = nameOf(text, where, of);
  if (whole !== null || !/[-–]/.test(text)) return whole;
  const names = text.split(/[-–]/).map((part) => nameOf(part, where, of));
  return names.some((name) => name === null) ? null : names.join(' – ');
}

function nameOf(text: string, where: Whereabouts, of?: Kind): string | null {
  const province = (): string | null => own(gazetteer.provinceNames(text, where.country));
  if (of === 'province') return province();
  const crossing = of === 'crossing' ? own(gazetteer.crossingNames(text)) : null;
  return crossing ?? own(gazetteer.placeNames(text, where)) ?? province() ?? country(text);
}

function country(text: string): string | null {
  const code = gazetteer.countryCode(text);
  return code === null ? null : sayCountry(code).text;
}
