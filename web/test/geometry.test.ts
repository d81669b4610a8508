// What is drawn has the right size, and no second border.

import { describe, expect, it } from 'vitest';
import type { Feature, Polygon } from 'geojson';
import type { Segment } from '../src/api/types';
import { destination, innerLines, kilometreMarks, metresBetween, ring, toLngLat } from '../src/map/geometry';

const square = (west: number, south: number, country: string): Feature<Polygon> => ({
  type: 'Feature',
  properties: { country },
  geometry: {
    type: 'Polygon',
    coordinates: [[[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]],
  },
});

describe('ring', () => {
  it('is as far from its centre everywhere as it says', () => {
    const centre = { lng: 46.18, lat: 35.52 };
    const corners = ring(centre, 25_000).coordinates.flat().map(toLngLat);
    for (const corner of corners) expect(metresBetween(centre, corner)).toBeCloseTo(25_000, 3);
    expect(corners.at(-1)).toEqual(corners[0]);
  });

  it('goes east for the handle', () => {
    const east = destination({ lng: 46, lat: 35 }, 10_000, 90);
    expect(east.lng).toBeGreaterThan(46.1);
    expect(east.lat).toBeCloseTo(35, 2);
  });
});

describe('innerLines', () => {
  it('keeps what two provinces of one country share, and nothing else', () => {
    const provinces = [square(0, 0, 'IQ'), square(1, 0, 'IQ'), square(2, 0, 'IR')];
    const lines = innerLines(provinces).geometry.coordinates;
    expect(lines).toHaveLength(1);
    expect(lines[0]?.map(([lng]) => lng)).toEqual([1, 1]);
  });
});

describe('kilometreMarks', () => {
  const segment = (from: number, to: number, south: number): Segment => ({
    type: 'Feature',
    id: `${from}`,
    properties: { km_from: from, km_to: to },
    geometry: { type: 'LineString', coordinates: [[46, south + 1], [46, south]] },
  });

  it('stand at every step, in proportion, the start left out', () => {
    const marks = kilometreMarks([segment(0, 150, 36), segment(150, 300, 35)], 100);
    expect(marks.map(({ properties }) => properties.km)).toEqual([100, 200]);
    expect(marks[0]?.geometry.coordinates[1]).toBeCloseTo(37 - 100 / 150, 5);
    expect(marks[1]?.geometry.coordinates[1]).toBeCloseTo(36 - 50 / 150, 5);
  });

  it('are left out where a segment says no kilometres', () => {
    expect(kilometreMarks([{ ...segment(0, 150, 36), properties: {} }], 100)).toEqual([]);
  });
});
