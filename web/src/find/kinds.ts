// What can be found, and what is told of it.

import type { Names } from '../api/types';
import type { Box, LngLat } from '../state/view';
import type { Whereabouts } from '../text/gazetteer';

/** What has names, in the order in which a reader is shown its kinds where nothing else decides. */
export const NAMED = ['crossing', 'place', 'province', 'country', 'river', 'lake', 'segment'] as const;
export type NamedKind = (typeof NAMED)[number];

/** Something with names, known before anything is typed. */
export interface Findable {
  readonly kind: NamedKind;
  readonly id: string;
  readonly at: LngLat;
  /** What it spans, where it is no single position. */
  readonly extent?: Box;
  readonly names: Names;
  /** Further spellings; for searching only. */
  readonly alternates?: readonly string[];
  /** What tells it from others of its name: its province and country, or those on either side of the border. */
  readonly where: readonly Whereabouts[];
  /** Larger comes first among equal matches. */
  readonly weight: number;
}

/** How a name fits what was typed, the best first. `similar` is said to the reader. */
export const FITS = ['exact', 'prefix', 'word', 'sound', 'sound-prefix', 'consonants', 'within', 'similar'] as const;
/** Tried one after another, each only where nothing fits better: they find much that isn't meant. */
export const TRIES: readonly (readonly Fit[])[] = [
  ['exact', 'prefix', 'word', 'sound'],
  ['sound-prefix', 'consonants', 'within'],
  ['similar'],
];
export type Fit = (typeof FITS)[number];

/** A name that was found, and the spelling that fitted where it isn't the one shown. */
export interface NamedHit {
  readonly found: Findable;
  readonly fit: Fit;
  readonly spelling: string;
  /** Whether the spelling is (in) a name that the page shows, not one of those that only help searching. */
  readonly shown: boolean;
  /** Of what is only similar: whether no more than vowels differ. */
  readonly near: boolean;
}

/**
 * Whether the name has the text as it is typed. What only sounds like it, or begins so in some further spelling, comes
 * after reports that have the words: `border` is no Buridar, `covid` no Covideh.
 */
export function isLiteral({ fit, shown }: NamedHit): boolean {
  return fit === 'exact' || (shown && (fit === 'prefix' || fit === 'word'));
}
