// Lengths and areas on the WGS 84 ellipsoid, by Karney's own library.

import { Geodesic } from 'geographiclib-geodesic';
import type { LngLat } from '../state/view';

const WGS84 = Geodesic.WGS84;

/** The geodesic from one point to the next, and so on. */
export function lengthM(points: readonly LngLat[]): number {
  const along = WGS84.Polygon(true);
  for (const { lng, lat } of points) along.AddPoint(lat, lng);
  return along.Compute(false, true).perimeter;
}

/** What the points enclose in their order, whichever way round, and how long the way around is. */
export function enclosed(points: readonly LngLat[]): { areaM2: number; aroundM: number } {
  const around = WGS84.Polygon(false);
  for (const { lng, lat } of points) around.AddPoint(lat, lng);
  const { area = 0, perimeter } = around.Compute(false, true);
  return { areaM2: Math.abs(area), aroundM: perimeter };
}

/** Points along the geodesic between two, so that it is drawn as it runs and not straight on the map. */
export function geodesicLine(a: LngLat, b: LngLat, stepM = 20_000): LngLat[] {
  const line = WGS84.InverseLine(a.lat, a.lng, b.lat, b.lng);
  const pieces = Math.max(1, Math.ceil(line.s13 / stepM));
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const { lat2 = a.lat, lon2 = a.lng } = line.Position((line.s13 * i) / pieces);
    return { lng: lon2, lat: lat2 };
  });
}
