// The border as a line that things snap to: the position at a kilometre, and the kilometre nearest to a position.

import type { Segment } from '../api/types';
import { metresBetween, toLngLat } from '../map/geometry';
import type { LngLat } from '../state/view';

interface Vertex extends LngLat {
  readonly km: number;
}

export interface OnLine {
  readonly km: number;
  readonly at: LngLat;
  readonly distanceM: number;
}

const RADIANS = Math.PI / 180;
const DEGREE_M = 111_195;

/**
 * Kilometres are those of the measured line, shared out along the simplified one that is drawn; the two differ by
 * less than the tenth of a kilometre that a corridor is asked in.
 */
export class BorderLine {
  readonly #vertices: readonly Vertex[];

  constructor(segments: readonly Segment[]) {
    const ordered = [...segments].sort((a, b) => (a.properties.km_from ?? 0) - (b.properties.km_from ?? 0));
    this.#vertices = ordered.flatMap(verticesOf);
  }

  get lengthKm(): number {
    return this.#vertices.at(-1)?.km ?? 0;
  }

  at(km: number): LngLat | null {
    const { before, after } = this.#around(km);
    return before && after ? between(before, after, km) : null;
  }

  /** The line from one kilometre to another. */
  stretch(fromKm: number, toKm: number): Vertex[] {
    const inner = this.#vertices.filter(({ km }) => km > fromKm && km < toKm);
    const ends = [fromKm, toKm].map((km) => ({ at: this.at(km), km }));
    const [start, end] = ends.map(({ at, km }) => (at ? [{ ...at, km }] : []));
    return [...(start ?? []), ...inner, ...(end ?? [])];
  }

  nearest(to: LngLat): OnLine | null {
    const east = Math.cos(to.lat * RADIANS);
    let best: Vertex | null = null;
    let least = Infinity;
    for (const [i, a] of this.#vertices.entries()) {
      const b = this.#vertices[i + 1];
      if (!b) break;
      const [x, y] = [(b.lng - a.lng) * east, b.lat - a.lat];
      const length = x * x + y * y;
      const along = length ? (((to.lng - a.lng) * east * x + (to.lat - a.lat) * y) / length) : 0;
      const part = Math.min(1, Math.max(0, along));
      const distance = ((to.lng - a.lng) * east - x * part) ** 2 + (to.lat - a.lat - y * part) ** 2;
      if (distance >= least) continue;
      least = distance;
      best = { lng: a.lng + (b.lng - a.lng) * part, lat: a.lat + (b.lat - a.lat) * part, km: a.km + (b.km - a.km) * part };
    }
    return best && { km: best.km, at: { lng: best.lng, lat: best.lat }, distanceM: Math.sqrt(least) * DEGREE_M };
  }

  #around(km: number): { before: Vertex | undefined; after: Vertex | undefined } {
    const last = this.#vertices.length - 1;
    const found = this.#vertices.findIndex((vertex) => vertex.km >= km);
    const index = Math.max(1, found < 0 ? last : found);
    return { before: this.#vertices[index - 1], after: this.#vertices[index] };
  }
}

function verticesOf({ geometry, properties }: Segment): Vertex[] {
  const { km_from: from, km_to: to } = properties;
  if (from === undefined || to === undefined) return [];
  const points = geometry.coordinates.map(toLngLat);
  const lengths = points.map((point, i) => (i ? metresBetween(points[i - 1] ?? point, point) : 0));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let passed = 0;
  return points.map((point, i) => {
    passed += lengths[i] ?? 0;
    return { ...point, km: from + ((to - from) * passed) / (whole || 1) };
  });
}

function between(a: Vertex, b: Vertex, km: number): LngLat {
  const part = b.km > a.km ? Math.min(1, Math.max(0, (km - a.km) / (b.km - a.km))) : 0;
  return { lng: a.lng + (b.lng - a.lng) * part, lat: a.lat + (b.lat - a.lat) * part };
}
