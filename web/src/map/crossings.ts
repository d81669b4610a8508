// What the map says of a crossing at a glance: open, closed, or not known well enough to say.

import type { CrossingProperties } from '../api/types';

/** `state` is missing where somebody's own crossings have no such field. */
type Stated = Pick<CrossingProperties, 'unverified'> & { readonly state?: string | null };

export const CROSSING_STATES = ['open', 'closed', 'unverified'] as const;
export type CrossingState = (typeof CROSSING_STATES)[number];

/**
 * By the latest dated statement, and only where that says so: an unverified crossing, or one whose
 * statements leave it open, is drawn as unverified and not as a guess.
 */
export function crossingState({ unverified, state }: Stated): CrossingState {
  if (unverified) return 'unverified';
  return state === 'open' || state === 'closed' ? state : 'unverified';
}

/** The name of its picture. */
export function crossingIcon(properties: Stated): string {
  return `crossing:${crossingState(properties)}`;
}
