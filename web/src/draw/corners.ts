// The corners of an area as lines of text, one a line, in any notation that the search takes.

import { exchanged as swap, looksSwapped, readCoordinates } from '../state/coordinates';
import type { LngLat } from '../state/view';

/** The corners as written; `exchanged` where they lie in the map's region only with their numbers exchanged. */
export type Corners =
  | { readonly corners: readonly LngLat[]; readonly exchanged: readonly LngLat[] | null }
  | { readonly wrongLine: { readonly n: number; readonly text: string } };

export function readCorners(text: string): Corners {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const corners: LngLat[] = [];
  const exchanged: LngLat[] = [];
  for (const [i, line] of lines.entries()) {
    const readings = readCoordinates(line);
    // The field says latitude first; what itself says which is which needs no order.
    const written = readings.find(({ taken }) => taken !== 'lng-lat') ?? readings[0];
    if (!written) return { wrongLine: { n: i + 1, text: line } };
    corners.push(written.at);
    if (readings.length > 1 && looksSwapped(written.at)) exchanged.push(swap(written.at));
  }
  return { corners, exchanged: corners.length > 0 && exchanged.length === corners.length ? exchanged : null };
}
