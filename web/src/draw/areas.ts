// The three areas that can be asked about: as drawn on the map, and by which handles they are changed.

import type { Feature } from 'geojson';
import { destination } from '../map/geometry';
import { borderEnd, round, roundPosition, type Area, type Box, type Corridor, type LngLat, type Polygon } from '../state/view';
import type { BorderLine } from './borderline';
import { corridorOutline } from './outline';
import { selfIntersections } from './selfintersections';
import { fault, feature, line, polygon } from './tool';

/** A handle: where it is, and what the area becomes when it is dragged to a position. */
export interface Handle {
  readonly at: LngLat;
  /** A quieter handle, between two corners, makes a new one. */
  readonly kind: 'corner' | 'middle' | 'width';
  moved(to: LngLat): Area;
  /** What it becomes when the handle is taken away, where it can be. */
  readonly removed?: Area;
}

/** How wide a corridor is at first. */
export const CORRIDOR_M = 25_000;
const WITHIN_M_MIN = 500;
const WITHIN_M_MAX = 300_000;
/** A corridor shorter than this is no stretch of anything. */
const LENGTH_KM_MIN = 1;

export function boxOf(a: LngLat, b: LngLat): Box {
  const [first, second] = [roundPosition(a), roundPosition(b)];
  return {
    kind: 'box',
    west: Math.min(first.lng, second.lng),
    south: Math.min(first.lat, second.lat),
    east: Math.max(first.lng, second.lng),
    north: Math.max(first.lat, second.lat),
  };
}

export function corridorOf(line: BorderLine, aKm: number, bKm: number, withinM = CORRIDOR_M): Corridor {
  const end = borderEnd(line.lengthKm);
  const [a, b] = [Math.min(aKm, bKm), Math.max(aKm, bKm)].map((km) => round(Math.min(end, Math.max(0, km)), 1)) as [number, number];
  const fromKm = b - a < LENGTH_KM_MIN ? Math.max(0, round(b - LENGTH_KM_MIN, 1)) : a;
  return { kind: 'corridor', fromKm, toKm: Math.max(b, round(fromKm + LENGTH_KM_MIN, 1)), withinM: clampWidth(withinM) };
}

/** Corners of a box from its south-west, against the clock. */
export function boxCorners({ west, south, east, north }: Box): LngLat[] {
  return [{ lng: west, lat: south }, { lng: east, lat: south }, { lng: east, lat: north }, { lng: west, lat: north }];
}

/** An area to begin with where none is drawn: the middle of what is in view, to be corrected by numbers. */
export function areaToBegin(kind: Area['kind'], view: Box, border: BorderLine | null): Area | null {
  const [width, height] = [view.east - view.west, view.north - view.south];
  const box = boxOf(
    { lng: view.west + width / 4, lat: view.south + height / 4 },
    { lng: view.east - width / 4, lat: view.north - height / 4 },
  );
  if (kind === 'box') return box;
  if (kind === 'polygon') return { kind, corners: boxCorners(box) };
  const middle = border?.nearest({ lng: view.west + width / 2, lat: view.south + height / 2 })?.km;
  return border && middle !== undefined ? corridorOf(border, middle - CORRIDOR_M / 1000, middle + CORRIDOR_M / 1000) : null;
}

/** How an area is drawn. A corridor needs the border, which may still be on its way. */
export function drawArea(area: Area, border: BorderLine | null): Feature[] {
  switch (area.kind) {
    case 'box':
      return [polygon(boxCorners(area))];
    case 'polygon':
      return polygonWithFaults(area.corners);
    case 'corridor':
      if (!border) return [];
      return [feature('area', corridorOutline(border, area)), line(border.stretch(area.fromKm, area.toKm))];
  }
}

/** MapLibre leaves out an area that crosses itself: its outline is drawn as a line, so that it can be mended. */
function polygonWithFaults(corners: readonly LngLat[]): Feature[] {
  const faults = selfIntersections(corners, true);
  return faults.length ? [line([...corners, ...corners.slice(0, 1)]), ...faults.map(fault)] : [polygon(corners)];
}

export function handlesOf(area: Area, border: BorderLine | null): Handle[] {
  switch (area.kind) {
    case 'box':
      return boxCorners(area).map((at, i, corners) => ({ at, kind: 'corner', moved: (to) => boxOf(to, corners[(i + 2) % 4] ?? to) }));
    case 'polygon':
      return [...polygonCorners(area), ...polygonMiddles(area)];
    case 'corridor':
      return border ? corridorHandles(area, border) : [];
  }
}

function polygonCorners({ corners }: Polygon): Handle[] {
  return corners.map((at, i) => {
    const rest = corners.filter((_, j) => j !== i);
    return {
      at,
      kind: 'corner',
      moved: (to) => ({ kind: 'polygon', corners: corners.map((corner, j) => (j === i ? roundPosition(to) : corner)) }),
      ...(rest.length >= 3 && { removed: { kind: 'polygon', corners: rest } }),
    };
  });
}

function polygonMiddles({ corners }: Polygon): Handle[] {
  return corners.map((a, i) => {
    const b = corners[(i + 1) % corners.length] ?? a;
    return {
      at: { lng: (a.lng + b.lng) / 2, lat: (a.lat + b.lat) / 2 },
      kind: 'middle',
      moved: (to) => ({ kind: 'polygon', corners: [...corners.slice(0, i + 1), roundPosition(to), ...corners.slice(i + 1)] }),
    };
  });
}

/** Both ends snap to the border; the third handle stands beside its middle and sets the width. */
function corridorHandles(area: Corridor, border: BorderLine): Handle[] {
  const { fromKm, toKm, withinM } = area;
  const km = (to: LngLat): number => border.nearest(to)?.km ?? fromKm;
  const [start, end, middle] = [border.at(fromKm), border.at(toKm), border.at((fromKm + toKm) / 2)];
  if (!start || !end || !middle) return [];
  return [
    { at: start, kind: 'corner', moved: (to) => ({ ...corridorOf(border, km(to), toKm), withinM }) },
    { at: end, kind: 'corner', moved: (to) => ({ ...corridorOf(border, fromKm, km(to)), withinM }) },
    { at: beside(border, middle, withinM), kind: 'width', moved: (to) => ({ ...area, withinM: clampWidth(border.nearest(to)?.distanceM ?? withinM) }) },
  ];
}

/** A position as far from the border as the corridor is wide: of several around its middle, the one that is. */
function beside(border: BorderLine, middle: LngLat, withinM: number): LngLat {
  const around = Array.from({ length: 24 }, (_, i) => destination(middle, withinM, i * 15));
  const far = (at: LngLat): number => border.nearest(at)?.distanceM ?? 0;
  return around.reduce((best, at) => (far(at) > far(best) + 1 ? at : best));
}

/** Steps that a person would have typed. */
function clampWidth(metres: number): number {
  const step = metres < 10_000 ? 500 : 1_000;
  return Math.min(WITHIN_M_MAX, Math.max(WITHIN_M_MIN, Math.round(metres / step) * step));
}
