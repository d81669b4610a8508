// Which stretches of the border run in a river, as far as the shipped rivers tell.

import type { Feature, LineString, MultiLineString, Position } from 'geojson';
import type { Segment } from '../api/types';
import { metresBetween, toLngLat } from './geometry';

/**
 * The rivers are drawn for 1:10 million: up to this far beside the border they may be the one in which it runs.
 * On the Arvand Rud / Shatt al-Arab the two keep within 2.2 km of each other; nowhere else do they for long.
 */
const BESIDE_M = 2_500;
/** A shorter stretch is a river that is crossed, not followed. */
const LENGTH_M_MIN = 20_000;

/**
 * Parts of the border that run in a river, each with that river's properties. Lesser border rivers aren't in
 * the data and stay plain line.
 */
export function riverStretches(segments: readonly Segment[], rivers: readonly Feature[]): Feature<LineString>[] {
  return rivers.flatMap((river) =>
    segments.flatMap(({ geometry: { coordinates } }) => {
      const edges = edgesNear(river, coordinates);
      if (!edges.length) return [];
      const beside = coordinates.map((position) => edges.some((edge) => besideEdge(position, edge)));
      return runs(coordinates, beside)
        .filter((line) => lengthOf(line) >= LENGTH_M_MIN)
        .map((line): Feature<LineString> => ({ type: 'Feature', properties: river.properties, geometry: { type: 'LineString', coordinates: line } }));
    }),
  );
}

/** The rivers without what runs along such a stretch: the border there is the better drawing of the same river. */
export function riversApart(rivers: readonly Feature[], stretches: readonly Feature<LineString>[]): Feature[] {
  const edges = stretches.flatMap(({ geometry }) => pairs(geometry.coordinates));
  if (!edges.length) return [...rivers];
  return rivers.map((river) => {
    const lines = linesOf(river).flatMap((line) => {
      const apart = line.map((position) => !edges.some((edge) => besideEdge(position, edge)));
      // One position more, so that the river reaches the stretch.
      return runs(line, apart.map((is, i) => is || Boolean(apart[i - 1]) || Boolean(apart[i + 1])));
    });
    const geometry: MultiLineString = { type: 'MultiLineString', coordinates: lines };
    return { ...river, geometry };
  });
}

type Edge = readonly [Position, Position];

/** Maximal stretches of a line whose vertices are all of a kind. */
function runs(line: readonly Position[], wanted: readonly boolean[]): Position[][] {
  const found: Position[][] = [];
  let run: Position[] = [];
  line.forEach((position, i) => {
    if (wanted[i]) run.push(position);
    if (run.length && (!wanted[i] || i === line.length - 1)) {
      if (run.length > 1) found.push(run);
      run = [];
    }
  });
  return found;
}

/** A river's edges that could lie beside a line, told by its box: few rivers come near the border at all. */
function edgesNear(river: Feature, line: readonly Position[]): Edge[] {
  const slack = BESIDE_M / 80_000;
  const [lngs, lats] = [line.map(([lng = 0]) => lng), line.map(([, lat = 0]) => lat)];
  const [west, east] = [Math.min(...lngs) - slack, Math.max(...lngs) + slack];
  const [south, north] = [Math.min(...lats) - slack, Math.max(...lats) + slack];
  const inside = ([lng = 0, lat = 0]: Position): boolean => lng >= west && lng <= east && lat >= south && lat <= north;
  return linesOf(river).flatMap(pairs).filter(([a, b]) => inside(a) || inside(b));
}

/** On a plane in kilometres around the position; the distances that matter are a few of them. */
function besideEdge([lng = 0, lat = 0]: Position, [[ax = 0, ay = 0], [bx = 0, by = 0]]: Edge): boolean {
  const across = 111_320 * Math.cos((lat * Math.PI) / 180);
  const [fromX, fromY] = [(ax - lng) * across, (ay - lat) * 110_900];
  const [alongX, alongY] = [(bx - ax) * across, (by - ay) * 110_900];
  const squared = alongX ** 2 + alongY ** 2;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, -(fromX * alongX + fromY * alongY) / squared));
  return Math.hypot(fromX + share * alongX, fromY + share * alongY) < BESIDE_M;
}

function linesOf({ geometry }: Feature): Position[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates];
  return geometry.type === 'MultiLineString' ? geometry.coordinates : [];
}

function pairs(line: readonly Position[]): Edge[] {
  return line.slice(1).map((end, i) => [line[i] ?? end, end]);
}

function lengthOf(line: readonly Position[]): number {
  return pairs(line).reduce((sum, [a, b]) => sum + metresBetween(toLngLat(a), toLngLat(b)), 0);
}
