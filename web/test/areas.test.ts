// Areas: their handles change what they should, and what is drawn of a corridor is what is asked.

import { describe, expect, it } from 'vitest';
import type { Position } from 'geojson';
import type { Segment } from '../src/api/types';
import { toParams } from '../src/api/query';
import { areaToBegin, boxOf, corridorOf, drawArea, handlesOf } from '../src/draw/areas';
import { BorderLine } from '../src/draw/borderline';
import { readCorners } from '../src/draw/corners';
import { corridorOutline } from '../src/draw/outline';
import { selfIntersections } from '../src/draw/selfintersections';
import { PolygonTool } from '../src/draw/sketches';
import { exchangedArea } from '../src/state/coordinates';
import { NO_FILTER, type Area } from '../src/state/view';

/** A border that runs south for a degree, then east for another: some 111 and 91 kilometres. */
const LINE = new BorderLine([
  { type: 'Feature', id: 'b', properties: { km_from: 111, km_to: 202 }, geometry: { type: 'LineString', coordinates: [[45, 35], [46, 35]] } },
  { type: 'Feature', id: 'a', properties: { km_from: 0, km_to: 111 }, geometry: { type: 'LineString', coordinates: [[45, 36], [45, 35]] } },
] as unknown as Segment[]);

function holds(rings: Position[][][], x: number, y: number): boolean {
  const crossings = rings.flat().flatMap((ring) => ring.slice(1).map((b, i) => [ring[i] ?? b, b] as const));
  return crossings.filter(([[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]]) => y1 > y !== y2 > y && x < x1 + ((x2 - x1) * (y - y1)) / (y2 - y1)).length % 2 === 1;
}

describe('the border as a line', () => {
  it('knows kilometres in order, whatever the order of its segments', () => {
    expect(LINE.lengthKm).toBe(202);
    expect(LINE.at(55.5)).toEqual({ lng: 45, lat: 35.5 });
    expect(LINE.at(156.5)?.lng).toBeCloseTo(45.5, 6);
    expect(LINE.at(-5)).toEqual({ lng: 45, lat: 36 });
    expect(LINE.at(900)?.lng).toBeCloseTo(46, 6);
  });

  it('snaps', () => {
    const near = LINE.nearest({ lng: 45.1, lat: 35.5 });
    expect(near?.km).toBeCloseTo(55.5, 3);
    expect(near?.at).toEqual({ lng: 45, lat: 35.5 });
    expect((near?.distanceM ?? 0) / 1000).toBeCloseTo(9.05, 1);
  });
});

describe('a corridor', () => {
  const area = corridorOf(LINE, 80, 20.04, 10_300);

  it('is in order, in steps that a person types, and never empty', () => {
    expect(area).toEqual({ kind: 'corridor', fromKm: 20, toKm: 80, withinM: 10_000 });
    expect(corridorOf(LINE, 30, 30.2)).toMatchObject({ fromKm: 29.2, toKm: 30.2 });
    expect(corridorOf(LINE, 300, 400)).toMatchObject({ fromKm: 201, toKm: 202 });
  });

  it('is drawn where the question holds', () => {
    const { coordinates } = corridorOutline(LINE, area);
    const lat = (km: number): number => 36 - km / 111;
    for (const [km, east, inside] of [[50, 0, true], [50, 0.09, true], [50, -0.09, true], [50, 0.13, false], [25, 0.05, true], [15, 0.05, false], [85, 0.02, false]] as const) {
      expect(holds(coordinates, 45 + east, lat(km)), `km ${km}, ${east}° beside`).toBe(inside);
    }
  });

  it('reaches past an end of the border, where that is the nearest point', () => {
    const { coordinates } = corridorOutline(LINE, { ...area, fromKm: 0 });
    expect(holds(coordinates, 45.001, 36.05)).toBe(true);
    expect(holds(coordinates, 45.001, 36.12)).toBe(false);
  });

  it('is changed by its handles', () => {
    const [start, end, width] = handlesOf(area, LINE);
    expect(start?.moved({ lng: 45.3, lat: 35.9 })).toMatchObject({ fromKm: 11.1, toKm: 80 });
    expect(end?.moved({ lng: 45.5, lat: 34.8 })).toMatchObject({ fromKm: 20, toKm: 156.5 });
    expect(width?.moved({ lng: 45.3, lat: 35.5 })).toMatchObject({ withinM: 27_000 });
  });
});

describe('a box and a polygon', () => {
  it('is the same box from whichever corner', () => {
    const box = boxOf({ lng: 46, lat: 35 }, { lng: 45, lat: 36 });
    expect(box).toEqual({ kind: 'box', west: 45, south: 35, east: 46, north: 36 });
    expect(handlesOf(box, null)[0]?.moved({ lng: 45.5, lat: 35.5 })).toEqual({ kind: 'box', west: 45.5, south: 35.5, east: 46, north: 36 });
  });

  it('gains and loses corners', () => {
    const triangle: Area = { kind: 'polygon', corners: [{ lng: 45, lat: 35 }, { lng: 46, lat: 35 }, { lng: 45, lat: 36 }] };
    const handles = handlesOf(triangle, null);
    expect(handles.map(({ kind }) => kind)).toEqual(['corner', 'corner', 'corner', 'middle', 'middle', 'middle']);
    expect(handles[0]?.removed).toBeUndefined();
    const four = handles[3]?.moved({ lng: 45.6, lat: 34.9 });
    expect(four).toMatchObject({ corners: [{ lng: 45, lat: 35 }, { lng: 45.6, lat: 34.9 }, { lng: 46, lat: 35 }, { lng: 45, lat: 36 }] });
    expect(four && handlesOf(four, null)[1]?.removed).toEqual(triangle);
  });

  it('begins in the middle of what is in view', () => {
    const view = boxOf({ lng: 44, lat: 34 }, { lng: 48, lat: 38 });
    expect(areaToBegin('box', view, null)).toEqual({ kind: 'box', west: 45, south: 35, east: 47, north: 37 });
    expect(areaToBegin('corridor', view, null)).toBeNull();
    expect(areaToBegin('corridor', view, LINE)).toMatchObject({ fromKm: 0, toKm: 25 });
  });
});

describe('a question', () => {
  it.each<[Area, string, string]>([
    [{ kind: 'box', west: 45, south: 35, east: 46, north: 36 }, 'bbox', '45,35,46,36'],
    [{ kind: 'polygon', corners: [{ lng: 45, lat: 35 }, { lng: 46, lat: 35 }, { lng: 45, lat: 36 }] }, 'filter', 'S_INTERSECTS(geometry, POLYGON((45 35, 46 35, 45 36, 45 35)))'],
    [{ kind: 'corridor', fromKm: 20, toKm: 80, withinM: 10_000 }, 'filter', 'border_km BETWEEN 20 AND 80 AND border_distance_m <= 10000'],
  ])('asks for an area: %o', (area, name, value) => {
    expect(toParams({ filter: { ...NO_FILTER, area } }).get(name)).toBe(value);
  });
});

describe('an area that crosses itself', () => {
  const at = (lng: number, lat: number) => ({ lng, lat });
  const bow = [at(45, 34), at(46, 35), at(46, 34), at(45, 35)];

  it('is marked where it does', () => {
    expect(selfIntersections(bow, true)).toEqual([at(45.5, 34.5)]);
    expect(drawArea({ kind: 'polygon', corners: bow }, null).filter(({ properties }) => properties?.['role'] === 'fault')).toHaveLength(1);
  });

  it('is none while its edges only meet at corners', () => {
    expect(selfIntersections([at(45, 34), at(46, 34), at(46, 35), at(45, 35)], true)).toEqual([]);
    expect(selfIntersections([at(45, 34), at(46, 34), at(45.5, 35)], true)).toEqual([]);
  });

  it('counts the edge that closes it only when it is closed', () => {
    const open = [at(45, 34), at(46, 35), at(46, 34), at(45.9, 35)];
    expect(selfIntersections(open.slice(0, 3), false)).toEqual([]);
    expect(selfIntersections([at(45, 34), at(46, 34), at(45, 35), at(46, 35)], false)).toEqual([]);
    expect(selfIntersections([at(45, 34), at(46, 34), at(45, 35), at(46, 35)], true)).toEqual([at(45.5, 34.5)]);
  });

  it('is not asked about when it is drawn, until it is mended', () => {
    const drawn: unknown[] = [];
    const tool = new PolygonTool((area) => drawn.push(area), (a, b) => a.lng === b.lng && a.lat === b.lat);
    for (const corner of [at(45, 34), at(46, 34), at(45, 35), at(46, 35)]) tool.press(corner);
    expect(tool.hint).toContain('Click the corners');
    expect(tool.finish()).toBe(false);
    expect(tool.hint).toContain('crosses itself');
    expect(tool.sketch().filter(({ properties }) => properties?.['role'] === 'fault')).toHaveLength(1);
    tool.undo();
    expect(tool.hint).toContain('Click the corners');
    expect(tool.finish()).toBe(true);
    expect(drawn).toEqual([{ kind: 'polygon', corners: [at(45, 34), at(46, 34), at(45, 35)] }]);
  });
});

describe('corners typed in', () => {
  it('are read in any notation, latitude first', () => {
    expect(readCorners('35.5, 45.9\n35,6; 46,1\n36 N 46 E')).toEqual({
      corners: [{ lat: 35.5, lng: 45.9 }, { lat: 35.6, lng: 46.1 }, { lat: 36, lng: 46 }],
      exchanged: null,
    });
    expect(readCorners('35.5, 45.9\nPenjwen')).toEqual({ wrongLine: { n: 2, text: 'Penjwen' } });
  });

  it('that lie in the region only with their numbers exchanged are said to, and kept as written', () => {
    expect(readCorners('45.9, 35.5\n46.1, 35.6\n46, 36')).toEqual({
      corners: [{ lat: 45.9, lng: 35.5 }, { lat: 46.1, lng: 35.6 }, { lat: 46, lng: 36 }],
      exchanged: [{ lat: 35.5, lng: 45.9 }, { lat: 35.6, lng: 46.1 }, { lat: 36, lng: 46 }],
    });
    expect(exchangedArea({ kind: 'box', west: 35, south: 45, east: 36, north: 46 })).toEqual({ kind: 'box', west: 45, south: 35, east: 46, north: 36 });
    expect(exchangedArea({ kind: 'box', west: 45, south: 35, east: 46, north: 36 })).toBeNull();
    expect(exchangedArea({ kind: 'box', west: 10, south: 20, east: 11, north: 21 })).toBeNull();
  });
});
