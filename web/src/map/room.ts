// Where the map looks so that something is seen whole, whatever shape the map has and whatever lies over it.

import type { Camera, LngLat } from '../state/view';

/** What lies over the map, in its pixels. */
export interface Cover {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** What is to be seen: all of its box within the map, its line (of the corners, if not told) under nothing. */
export interface Sought {
  readonly corners: readonly LngLat[];
  readonly line?: readonly LngLat[];
  /** The north-western and the south-eastern corner of what is drawn: among looks that are about as near, the one that shows the least beyond is taken. */
  readonly ground?: readonly [LngLat, LngLat];
}

/** MapLibre's world is 512 pixels wide at zoom 0. */
const WORLD_PX = 512;
/** What is so much smaller than it could be would be lost on the map: then what lies over it is borne. */
const FARTHEST = 4;
/** So many parts of each stretch of a line are looked at. */
const PARTS = 6;
/** In the middle, half way to an edge of the room, and there. */
const PUSHES = [0, -0.5, 0.5, -1, 1];
/** So much farther is about as near. */
const AS_NEAR = 0.95;
/** At an edge of the room these shares of the largest scale are tried. */
const SMALLER = [1, 0.9, 0.8, 0.7];

type Edges = readonly [left: number, top: number, right: number, bottom: number];
type Position = readonly [x: number, y: number];

/**
 * The nearest look at it. Beside each cover, or above or below it, is room; or it lies where the line doesn't pass, in the
 * middle of the room, at its edges, or there a little smaller. All of these are tried, and the one that shows the most is taken.
 */
export function lookAt({ corners, line = corners, ground }: Sought, size: Size, covers: readonly Cover[], marginPx: number, maxZoom: number): Camera {
  const positions = corners.map(mercator);
  const [xs, ys] = [positions.map(([x]) => x), positions.map(([, y]) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
  const along = parted(line.map(mercator));
  const looks = roomsOf(size, covers)
    .flatMap((room) => pushed(box, fitted(box, size, room, marginPx, maxZoom), size, room, marginPx))
    .sort((a, b) => b.scale - a.scale || a.taken - b.taken || a.pushed - b.pushed);
  const isClear = (look: Look): boolean => along.every((at) => covers.every((cover) => !meets(cover, onScreen(at, look, size), marginPx / 2)));
  const nearest = looks.find((look) => look.scale * FARTHEST > (looks[0]?.scale ?? 0) && isClear(look));
  const clear = nearest && ground ? leastBeyond(ground, looks.filter(({ scale }) => scale <= nearest.scale && scale >= nearest.scale * AS_NEAR), size, isClear) : nearest;
  const { scale, centre } = clear ?? looks[0] ?? fitted(box, size, [0, 0, 0, 0], marginPx, maxZoom);
  return { ...geographic(centre), zoom: Math.log2(scale / WORLD_PX) };
}

/** The first clear look of those that show the least beyond the ground. */
function leastBeyond([nw, se]: readonly [LngLat, LngLat], looks: readonly Look[], size: Size, isClear: (look: Look) => boolean): Look | undefined {
  const [west, east] = [mercator(nw), mercator(se)];
  const beyond = (look: Look): number => {
    const [[left, top], [right, bottom]] = [onScreen(west, look, size), onScreen(east, look, size)];
    return [left, top, size.width - right, size.height - bottom].reduce((sum, px) => sum + Math.max(0, Math.round(px)), 0);
  };
  return looks.map((look) => ({ look, px: beyond(look) })).sort((a, b) => a.px - b.px).find(({ look }) => isClear(look))?.look;
}

/** The look at which a position lies at a pixel. */
export function keptAt(at: LngLat, { x, y }: Pixel, { width, height }: Size, zoom: number): Camera {
  const [worldX, worldY] = mercator(at);
  const scale = WORLD_PX * 2 ** zoom;
  return { ...geographic([worldX + (width / 2 - x) / scale, worldY + (height / 2 - y) / scale]), zoom };
}

/** What a camera shows. */
export function shownBy({ lng, lat, zoom }: Camera, { width, height }: Size): { west: number; south: number; east: number; north: number } {
  const [x, y] = mercator({ lng, lat });
  const scale = WORLD_PX * 2 ** zoom;
  const [nw, se] = [geographic([x - width / 2 / scale, y - height / 2 / scale]), geographic([x + width / 2 / scale, y + height / 2 / scale])];
  return { west: nw.lng, south: se.lat, east: se.lng, north: nw.lat };
}

/** The ways to make room beside covers, above, below, or none. */
function roomsOf({ width, height }: Size, covers: readonly Cover[]): Edges[] {
  return covers.reduce<Edges[]>((rooms, { left, top, right, bottom }) => {
    const beside: Edges = left + right < width ? [right, 0, 0, 0] : [0, 0, width - left, 0];
    const above: Edges = top + bottom < height ? [0, bottom, 0, 0] : [0, 0, 0, height - top];
    const more = rooms.flatMap((room) => [room, both(room, beside), both(room, above)]);
    return [...new Map(more.map((room) => [room.join(), room])).values()];
  }, [[0, 0, 0, 0]]);
}

function both(a: Edges, b: Edges): Edges {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

interface Look {
  /** Pixels of the world's width. */
  readonly scale: number;
  readonly centre: Position;
}

function fitted([west, north, east, south]: Edges, { width, height }: Size, [left, top, right, bottom]: Edges, marginPx: number, maxZoom: number): Look {
  const [roomX, roomY] = [width - left - right - 2 * marginPx, height - top - bottom - 2 * marginPx];
  const fits = Math.min(Math.max(1, roomX) / (east - west), Math.max(1, roomY) / (south - north));
  const scale = Math.min(fits, WORLD_PX * 2 ** maxZoom);
  return { scale, centre: [(west + east) / 2 - (left - right) / 2 / scale, (north + south) / 2 - (top - bottom) / 2 / scale] };
}

/** A look in the middle of a room, and those that lie at its edges. */
function pushed([west, north, east, south]: Edges, { scale, centre: [x, y] }: Look, { width, height }: Size, room: Edges, marginPx: number): (Look & { taken: number; pushed: number })[] {
  const taken = room.reduce((sum, px) => sum + px, 0);
  const [left, top, right, bottom] = room;
  return SMALLER.flatMap((share) => {
    const smaller = scale * share;
    const slack = (roomPx: number, extent: number): number => Math.max(0, roomPx - 2 * marginPx - extent * smaller) / 2 / smaller;
    const [slackX, slackY] = [slack(width - left - right, east - west), slack(height - top - bottom, south - north)];
    // The room's middle stays where it is on the screen.
    const middle: Position = [x + ((left - right) / 2) * (1 / scale - 1 / smaller), y + ((top - bottom) / 2) * (1 / scale - 1 / smaller)];
    return PUSHES.flatMap((toX) => PUSHES.map((toY) => ({
      scale: smaller, centre: [middle[0] + toX * slackX, middle[1] + toY * slackY] as const, taken, pushed: Math.abs(toX) + Math.abs(toY),
    })));
  });
}

function onScreen([x, y]: Position, { scale, centre }: Look, { width, height }: Size): Position {
  return [(x - centre[0]) * scale + width / 2, (y - centre[1]) * scale + height / 2];
}

function meets({ left, top, right, bottom }: Cover, [x, y]: Position, airPx: number): boolean {
  return x > left - airPx && x < right + airPx && y > top - airPx && y < bottom + airPx;
}

function parted(line: readonly Position[]): Position[] {
  return line.flatMap(([x, y], i) => {
    const [nextX, nextY] = line[i + 1] ?? [x, y];
    return Array.from({ length: PARTS }, (_, part): Position => [x + ((nextX - x) * part) / PARTS, y + ((nextY - y) * part) / PARTS]);
  });
}

/** In the unit square, y growing southward. */
function mercator({ lng, lat }: LngLat): Position {
  return [lng / 360 + 0.5, 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)];
}

function geographic([x, y]: Position): LngLat {
  return { lng: (x - 0.5) * 360, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI };
}
