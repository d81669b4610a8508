// Turns a text into suggestions: positions, kilometres of the border and what has names, without asking anybody; reports.ts asks
// the server for the rest.

import type { BorderLine } from '../draw/borderline';
import { isDoubtful, isOffEarth, readCoordinates, type Reading } from '../state/coordinates';
import { partShortPlusCode, readShortPlusCode } from '../state/pluscodes';
import { borderEnd, type LngLat } from '../state/view';
import { soundKey } from './fold';
import { readKilometres } from './kilometre';
import { isLiteral, type NamedHit } from './kinds';
import type { KnownNames } from './known';

/** As many of one kind as a list shows before it hides the others. */
const NAMED_MAX = 8;
/** So many sounds tell a name. */
const VAGUE_BELOW = 5;

/** What the finder has to be told: where the map stands, and the border, once it is known. */
export interface Around {
  readonly centre: LngLat | null;
  readonly border: Pick<BorderLine, 'at' | 'lengthKm'> | null;
}

/** What a text can mean without asking the server. */
export interface Local {
  readonly positions: readonly Reading[];
  /** A Plus code beside the name of the place near which it was taken. */
  readonly beside: { readonly at: LngLat; readonly place: NamedHit } | null;
  /** Two where its number can be read in two ways. */
  readonly kilometres: readonly { readonly km: number; readonly at: LngLat }[];
  readonly named: readonly NamedHit[];
  /** The best of the names has little in common with the text. */
  readonly vague: boolean;
  /** What is wrong with a text that is plainly meant as one of them. */
  readonly fault: { readonly kind: 'range' } | { readonly kind: 'beyond'; readonly endKm: number } | null;
}

const NOTHING: Local = { positions: [], beside: null, kilometres: [], named: [], vague: false, fault: null };

export function findLocally(text: string, known: KnownNames, { centre, border }: Around): Local {
  const positions = readCoordinates(text, centre);
  if (positions.length) return { ...NOTHING, positions };
  const read = readKilometres(text);
  if (read.length && border) {
    const endKm = borderEnd(border.lengthKm);
    const kilometres = read.flatMap((km) => {
      const at = km >= 0 && km <= endKm ? border.at(km) : null;
      return at ? [{ km, at }] : [];
    });
    if (kilometres.length) return { ...NOTHING, kilometres };
    return { ...NOTHING, fault: { kind: 'beyond', endKm } };
  }
  const parted = partShortPlusCode(text);
  const place = parted && known.find(parted.place)[0];
  const at = place && place.fit !== 'similar' ? readShortPlusCode(parted.code, place.found.at) : null;
  if (place && at) return { ...NOTHING, beside: { at, place } };
  if (isOffEarth(text)) return { ...NOTHING, fault: { kind: 'range' } };
  const named = known.find(text).slice(0, NAMED_MAX);
  return { ...NOTHING, named, vague: named[0] !== undefined && isVague(text, named[0]) };
}

/** Whether a name has little in common with the text: so few letters are heard in many names. */
function isVague(text: string, { fit }: NamedHit): boolean {
  return fit === 'similar' || (soundKey(text).length < VAGUE_BELOW && ['sound-prefix', 'consonants', 'within'].includes(fit));
}

/** Whether choosing the first in silence would be a guess. */
export function isGuess({ positions, kilometres, vague }: Local): boolean {
  return isDoubtful(positions) || kilometres.length > 1 || vague;
}

/** Whether the words of reports have to be asked before the first can be taken: reports that have them come before it. */
export function yieldsToReports({ named: [first] }: Local): boolean {
  return first !== undefined && !isLiteral(first);
}
