// The outline of a corridor along the border, for drawing: where the nearest kilometre lies between the two and the border is near enough.

import type { MultiPolygon, Position } from 'geojson';
import type { Corridor } from '../state/view';
import type { BorderLine } from './borderline';

/** The outline is followed on a grid with so many cells to the corridor's half width. */
const CELLS = 6;
/** The line may be simplified by this share of the half width before it is measured from. */
const SIMPLER = 1 / 15;
const DEGREE_M = 111_195;
const RADIANS = Math.PI / 180;

interface Planar {
  readonly x: number;
  readonly y: number;
  readonly km: number;
}

/** What of the border is nearest to a grid node. */
interface Near {
  distance: number;
  km: number;
}

/**
 * The same test as the server's (`border_km BETWEEN … AND border_distance_m <= …`), made at the nodes of a grid and
 * followed between them (marching squares). Metres are flat at the corridor's middle latitude: a picture, not an answer.
 */
export function corridorOutline(line: BorderLine, { fromKm, toKm, withinM }: Corridor): MultiPolygon {
  const margin = (2 * withinM) / 1000;
  const stretch = line.stretch(Math.max(0, fromKm - margin), Math.min(line.lengthKm, toKm + margin));
  const east = Math.cos((stretch[Math.floor(stretch.length / 2)]?.lat ?? 0) * RADIANS) * DEGREE_M;
  const plane = stretch.map(({ lng, lat, km }) => ({ x: lng * east, y: lat * DEGREE_M, km }));
  const cell = withinM / CELLS;
  const nodes = measure(simplify(plane, withinM * SIMPLER), withinM, cell);
  // At the ends of the border itself nothing is cut off: what lies past them has them as its nearest point.
  const start = fromKm <= 0.05 ? -Infinity : fromKm;
  const end = toKm >= line.lengthKm - 0.05 ? Infinity : toKm;
  const level = (near: Near | undefined): number => {
    if (!near) return cell;
    return Math.max(near.distance - withinM, (start - near.km) * 1000, (near.km - end) * 1000);
  };
  const rings = chain(contour(nodes, level, cell)).filter((ring) => ring.length > 3);
  const toPosition = ([x = 0, y = 0]: Position): Position => [x / east, y / DEGREE_M];
  return { type: 'MultiPolygon', coordinates: nest(rings).map((polygon) => polygon.map((ring) => ring.map(toPosition))) };
}

/** Keeps a vertex only where it is farther than `tolerance` from the last kept one: enough for an offset of many times that. */
function simplify(line: readonly Planar[], tolerance: number): Planar[] {
  const kept: Planar[] = [];
  for (const [i, vertex] of line.entries()) {
    const last = kept.at(-1);
    if (!last || i === line.length - 1 || Math.hypot(vertex.x - last.x, vertex.y - last.y) > tolerance) kept.push(vertex);
  }
  return kept;
}

/** Nodes of the grid beside the line, each with what is nearest to it. Nodes farther off aren't in the map. */
function measure(line: readonly Planar[], withinM: number, cell: number): Map<string, Near> {
  const nodes = new Map<string, Near>();
  const reach = withinM + 2 * cell;
  for (const [i, a] of line.entries()) {
    const b = line[i + 1];
    if (!b) break;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy || 1;
    for (let column = Math.floor((Math.min(a.x, b.x) - reach) / cell); column * cell <= Math.max(a.x, b.x) + reach; column++) {
      for (let row = Math.floor((Math.min(a.y, b.y) - reach) / cell); row * cell <= Math.max(a.y, b.y) + reach; row++) {
        const [x, y] = [column * cell - a.x, row * cell - a.y];
        const part = Math.min(1, Math.max(0, (x * dx + y * dy) / length));
        const distance = Math.hypot(x - dx * part, y - dy * part);
        if (distance > reach) continue;
        const key = `${column},${row}`;
        const known = nodes.get(key);
        if (!known || distance < known.distance) nodes.set(key, { distance, km: a.km + (b.km - a.km) * part });
      }
    }
  }
  return nodes;
}

/** Pieces of the outline, one or two to a cell, with the inside to their left. */
function contour(nodes: Map<string, Near>, level: (near: Near | undefined) => number, cell: number): [Position, Position][] {
  const pieces: [Position, Position][] = [];
  for (const key of nodes.keys()) {
    const [column = 0, row = 0] = key.split(',').map(Number);
    const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]] as const;
    const levels = corners.map(([c, r]) => level(nodes.get(`${c},${r}`)));
    const crossing = (i: number): Position => {
      const [[c1, r1], [c2, r2]] = [corners[i] ?? corners[0], corners[(i + 1) % 4] ?? corners[0]];
      const [a, b] = [levels[i] ?? 0, levels[(i + 1) % 4] ?? 0];
      // Both cells beside an edge must find the same point, so it is always taken from the same end.
      const swap = c1 > c2 || r1 > r2;
      const part = swap ? b / (b - a) : a / (a - b);
      const [from, to] = swap ? [[c2, r2], [c1, r1]] as const : [[c1, r1], [c2, r2]] as const;
      return [(from[0] + (to[0] - from[0]) * part) * cell, (from[1] + (to[1] - from[1]) * part) * cell];
    };
    // Going round against the clock: the outline leaves where the inside ends and enters where it begins.
    const leaving = [0, 1, 2, 3].filter((i) => (levels[i] ?? 0) <= 0 && (levels[(i + 1) % 4] ?? 0) > 0);
    for (const i of leaving) {
      const entering = [1, 2, 3].map((step) => (i + step) % 4).find((j) => (levels[j] ?? 0) > 0 && (levels[(j + 1) % 4] ?? 0) <= 0);
      if (entering !== undefined) pieces.push([crossing(i), crossing(entering)]);
    }
  }
  return pieces;
}

/** Joins the pieces end to end into closed rings. */
function chain(pieces: readonly [Position, Position][]): Position[][] {
  const name = ([x = 0, y = 0]: Position): string => `${x.toFixed(2)},${y.toFixed(2)}`;
  const from = new Map(pieces.map((piece) => [name(piece[0]), piece]));
  const rings: Position[][] = [];
  for (const [key, piece] of from) {
    const ring: Position[] = [piece[0]];
    let next: string | null = key;
    while (next !== null) {
      const found: [Position, Position] | undefined = from.get(next);
      from.delete(next);
      if (found) ring.push(found[1]);
      next = found ? name(found[1]) : null;
    }
    rings.push(ring);
  }
  return rings;
}

/** Outer rings, each with the holes that lie in it. */
function nest(rings: readonly Position[][]): Position[][][] {
  const area = (ring: Position[]): number =>
    ring.reduce((sum, [x = 0, y = 0], i) => {
      const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
      return sum + x * y2 - x2 * y;
    }, 0);
  const outer = rings.filter((ring) => area(ring) > 0).map((ring) => [ring]);
  for (const hole of rings.filter((ring) => area(ring) < 0)) {
    outer.find(([ring]) => ring && inside(hole[0] ?? [], ring))?.push(hole);
  }
  return outer;
}

function inside([x = 0, y = 0]: Position, ring: readonly Position[]): boolean {
  let within = false;
  for (const [i, [x1 = 0, y1 = 0]] of ring.entries()) {
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
    if (y1 > y !== y2 > y && x < x1 + ((x2 - x1) * (y - y1)) / (y2 - y1)) within = !within;
  }
  return within;
}
