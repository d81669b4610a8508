// Where a drawn line or ring crosses itself, before anybody is asked about it.

import type { LngLat } from '../state/view';

/** The positions where edges cross each other; of a ring its last edge leads back to the first corner. */
export function selfIntersections(corners: readonly LngLat[], ring: boolean): LngLat[] {
  const edges = corners.slice(0, ring ? corners.length : -1).map((a, i) => [a, corners[(i + 1) % corners.length] ?? a] as const);
  const found: LngLat[] = [];
  for (const [i, [a, b]] of edges.entries()) {
    for (const [c, d] of edges.slice(i + 2)) {
      const at = meeting(a, b, c, d);
      if (at) found.push(at);
    }
  }
  return found;
}

/** Where two edges cross within both; ends that only touch are left to the server to judge. */
function meeting(a: LngLat, b: LngLat, c: LngLat, d: LngLat): LngLat | null {
  const [x, y] = [b.lng - a.lng, b.lat - a.lat];
  const [u, v] = [d.lng - c.lng, d.lat - c.lat];
  const turn = x * v - y * u;
  if (turn === 0) return null;
  const along = ((c.lng - a.lng) * v - (c.lat - a.lat) * u) / turn;
  const other = ((c.lng - a.lng) * y - (c.lat - a.lat) * x) / turn;
  return along > 0 && along < 1 && other > 0 && other < 1 ? { lng: a.lng + along * x, lat: a.lat + along * y } : null;
}
