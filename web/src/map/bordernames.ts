// Smooth lines along the border for its names: type can't follow every bend of the line itself.

import type { LineString, Position } from 'geojson';
import { metresBetween, toLngLat } from './geometry';

/** How smooth: for a glance at the whole, and for close by, where a smooth line would leave the border. */
export const SMOOTHING = [
  { near: false, stepM: 6_000, spreadM: 14_000 },
  { near: true, stepM: 1_500, spreadM: 3_500 },
] as const;

/** Positions every `stepM` along a line, each the mean of those around it, weighted by a bell of `spreadM`. */
export function smoothed({ coordinates }: LineString, stepM: number, spreadM: number): LineString {
  const even = resampled(coordinates, stepM);
  const reach = Math.ceil((2 * spreadM) / stepM);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * (((i - reach) * stepM) / spreadM) ** 2));
  const line = even.map((_, i): Position => {
    let [x, y, total] = [0, 0, 0];
    weights.forEach((weight, k) => {
      const other = even[Math.min(even.length - 1, Math.max(0, i + k - reach))];
      if (!other) return;
      x += weight * (other[0] ?? 0);
      y += weight * (other[1] ?? 0);
      total += weight;
    });
    return [x / total, y / total];
  });
  return { type: 'LineString', coordinates: line };
}

function resampled(line: readonly Position[], stepM: number): Position[] {
  const even: Position[] = line.slice(0, 1);
  let travelled = 0;
  for (let i = 1; i < line.length; i++) {
    const [a = [0, 0], b = [0, 0]] = [line[i - 1], line[i]];
    const length = metresBetween(toLngLat(a), toLngLat(b));
    for (let next = stepM - travelled; next <= length; next += stepM) {
      const share = next / length;
      even.push([0, 1].map((axis) => (a[axis] ?? 0) + share * ((b[axis] ?? 0) - (a[axis] ?? 0))));
    }
    travelled = (travelled + length) % stepM;
  }
  const last = line.at(-1);
  if (last) even.push(last);
  return even;
}
