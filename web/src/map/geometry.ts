// Geometry for drawing only: rings on the ground, inner province lines, marks along the border.

import type { Feature, Geometry, LineString, MultiLineString, Point, Polygon, Position } from 'geojson';
import type { Segment } from '../api/types';
import type { LngLat } from '../state/view';

/**
 * Mean earth radius. What is drawn may be off by 0.3 %; what is said comes from the server. Not geographiclib, which the drawing tools have:
 * to find the towns that are places again takes 4 ms by this, 90 to 200 by the library (63,000 distances, with the same result), at
 * every start and twice; and the code that names things would be 13 KB instead of 3.
 */
const EARTH_M = 6_371_008.8;
/**
 * Reports this near to each other count as one position: the map can't part them at its deepest zoom, and
 * the best class of reported position is far coarser.
 */
export const GROUP_M = 600;
const RADIANS = Math.PI / 180;

/** The position at a distance and bearing (degrees from north) on a sphere. */
export function destination(from: LngLat, metres: number, bearing: number): LngLat {
  const arc = metres / EARTH_M;
  const lat = from.lat * RADIANS;
  const turn = bearing * RADIANS;
  const lat2 = Math.asin(Math.sin(lat) * Math.cos(arc) + Math.cos(lat) * Math.sin(arc) * Math.cos(turn));
  const dLng = Math.atan2(
    Math.sin(turn) * Math.sin(arc) * Math.cos(lat),
    Math.cos(arc) - Math.sin(lat) * Math.sin(lat2),
  );
  return { lng: from.lng + dLng / RADIANS, lat: lat2 / RADIANS };
}

/** How much ground a pixel of the map shows at a latitude: MapLibre's world is 512 pixels wide at zoom 0. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (40_075_016.686 * Math.cos(lat * RADIANS)) / (512 * 2 ** zoom);
}

export function metresBetween(a: LngLat, b: LngLat): number {
  const dLat = (b.lat - a.lat) * RADIANS;
  const dLng = (b.lng - a.lng) * RADIANS;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** A circle on the ground, in true size at every latitude. */
export function ring(centre: LngLat, metres: number, corners = 96): Polygon {
  const positions: Position[] = [];
  for (let i = 0; i <= corners; i++) {
    const { lng, lat } = destination(centre, metres, (i % corners) * (360 / corners));
    positions.push([lng, lat]);
  }
  return { type: 'Polygon', coordinates: [positions] };
}

/**
 * The lines between provinces of one country. The outer edges are left out: along the border they are a
 * generalised copy of the line, kilometres off, that would be read as a second border.
 */
export function innerLines(provinces: readonly Feature[]): Feature<MultiLineString> {
  const seen = new Map<string, string>();
  const lines: Position[][] = [];
  for (const province of provinces) {
    const country = String(province.properties?.['country'] ?? '');
    for (const edge of ringsOf(province.geometry).flatMap(edges)) {
      const key = edge.map((position) => position.join()).sort().join(';');
      if (seen.get(key) === country) lines.push(edge);
      seen.set(key, country);
    }
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: chained(lines) } };
}

/** Joins edges that follow each other, so that dashes and joins are drawn along lines, not along edges. */
function chained(pieces: readonly Position[][]): Position[][] {
  const lines: Position[][] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    const [start, end] = [piece[0], piece.at(-1)];
    if (last && start && end && same(last.at(-1), start)) last.push(end);
    else if (last && start && end && same(last[0], end)) last.unshift(start);
    else lines.push([...piece]);
  }
  return lines;
}

function same(a: Position | undefined, b: Position): boolean {
  return a?.[0] === b[0] && a?.[1] === b[1];
}

function ringsOf(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates;
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flat();
  return [];
}

function edges(line: Position[]): Position[][] {
  return line.slice(1).map((end, i) => [line[i] ?? end, end]);
}

/** Marks every `stepKm` along the border, placed in proportion along the simplified segments. */
export function kilometreMarks(segments: readonly Segment[], stepKm: number): Feature<Point, { km: number }>[] {
  const marks: Feature<Point, { km: number }>[] = [];
  for (const { geometry, properties } of segments) {
    const { km_from: from, km_to: to } = properties;
    if (from === undefined || to === undefined) continue;
    const first = Math.max(stepKm, Math.ceil(from / stepKm) * stepKm);
    for (let km = first; km < to; km += stepKm) {
      const position = along(geometry, (km - from) / (to - from));
      marks.push({ type: 'Feature', properties: { km }, geometry: { type: 'Point', coordinates: position } });
    }
  }
  return marks;
}

/** The points where one segment ends and the next begins. */
export function segmentEnds(segments: readonly Segment[]): Feature<Point>[] {
  return segments.flatMap(({ geometry }) => {
    const end = geometry.coordinates.at(-1);
    return end ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: end } }] : [];
  });
}

function along({ coordinates }: LineString, share: number): Position {
  const lengths = edges(coordinates).map(([a = [0, 0], b = [0, 0]]) => metresBetween(toLngLat(a), toLngLat(b)));
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  for (const [i, length] of lengths.entries()) {
    const [a = [0, 0], b = [0, 0]] = [coordinates[i], coordinates[i + 1]];
    if (left <= length && length > 0) {
      const part = left / length;
      return [0, 1].map((axis) => (a[axis] ?? 0) + ((b[axis] ?? 0) - (a[axis] ?? 0)) * part);
    }
    left -= length;
  }
  return coordinates.at(-1) ?? [0, 0];
}

export function toLngLat(position: Position): LngLat {
  return { lng: position[0] ?? 0, lat: position[1] ?? 0 };
}
