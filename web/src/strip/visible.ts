// Which stretches of the border lie in the map's window.

import type { BorderLine } from '../draw/borderline';
import type { LngLat } from '../state/view';

export type Stretch = readonly [fromKm: number, toKm: number];

/** From vertex to vertex of the simplified line: exact enough to be drawn. */
export function stretchesIn(isVisible: (at: LngLat) => boolean, line: BorderLine): Stretch[] {
  const stretches: Stretch[] = [];
  let start: number | null = null;
  let last = 0;
  for (const { km, ...at } of line.stretch(0, line.lengthKm)) {
    const seen = isVisible(at);
    if (seen) [start, last] = [start ?? km, km];
    if (seen || start === null) continue;
    stretches.push([start, last]);
    start = null;
  }
  if (start !== null) stretches.push([start, last]);
  return stretches.filter(([from, to]) => to > from);
}
