// The map's own arithmetic: which tiles cover the view, what a click in the legend shows, where the border is a river.

import type { Feature, FeatureCollection } from 'geojson';
import { describe, expect, it } from 'vitest';
import borderText from '../../data/border-25m.geojson?raw';
import riversText from '../../data/rivers.geojson?raw';
import { CATEGORIES, type Segment } from '../src/api/types';
import { crossingState } from '../src/map/crossings';
import { metresBetween, toLngLat } from '../src/map/geometry';
import { smoothed } from '../src/map/bordernames';
import { riverStretches, riversApart } from '../src/map/riverborder';
import { tilesOf } from '../src/map/tilefeed';
import { toggled } from '../src/panels/legend';

const features = (text: string): Feature[] => (JSON.parse(text) as FeatureCollection).features;
const SEGMENTS = features(borderText) as Segment[];

const WORLD = [-180, -85, 180, 85] as const;

describe('tiles in sight', () => {
  it('are of one zoom less than the map, and none where the layer has nothing', () => {
    const sight = { zoom: 6.7, west: 44, south: 33, east: 47, north: 36 };
    // Zoom 5: columns are 11.25 degrees wide.
    expect(tilesOf(sight, WORLD)).toEqual([{ zoom: 5, row: 12, column: 19 }, { zoom: 5, row: 12, column: 20 }]);
    expect(tilesOf(sight, [50, 33, 51, 36])).toEqual([]);
  });

  it('stay on the world at its edges', () => {
    const sight = { zoom: 2, west: -190, south: -89, east: 190, north: 89 };
    expect(tilesOf(sight, WORLD)).toHaveLength(4);
  });
});

describe('the legend', () => {
  it('hides one category, shows it again, and never hides the last', () => {
    const hidden = toggled([], 'clash');
    expect(hidden).toEqual(CATEGORIES.filter((name) => name !== 'clash'));
    expect(toggled(hidden, 'clash')).toEqual([]);
    expect(toggled(['clash'], 'strike')).toEqual(['clash', 'strike']);
    expect(toggled(['clash'], 'clash')).toEqual([]);
  });
});

describe('the border in a river', () => {
  const rivers = features(riversText);
  const stretches = riverStretches(SEGMENTS, rivers);

  it('is the Arvand Rud / Shatt al-Arab down to the mouth, and nothing else', () => {
    expect(stretches.map(({ properties }) => String(properties?.['name_en']))).toEqual(['Shatt al-Arab / Arvand Rud']);
    const line = stretches[0]?.geometry.coordinates ?? [];
    // The border's last kilometres lie in the sea before the river's mouth.
    const [mouth, end] = [line.at(-1) ?? [], SEGMENTS.at(-1)?.geometry.coordinates.at(-1) ?? []];
    expect(metresBetween(toLngLat(mouth), toLngLat(end))).toBeLessThan(4_000);
    const lengthM = line.slice(1).reduce((sum, at, i) => sum + metresBetween(toLngLat(line[i] ?? at), toLngLat(at)), 0);
    expect(lengthM).toBeGreaterThan(80_000);
    expect(lengthM).toBeLessThan(120_000);
  });

  it('is not drawn a second time from the coarser rivers', () => {
    const points = (of: readonly Feature[]): number => JSON.stringify(of.map(({ geometry }) => geometry)).match(/\[[\d.]+,/g)?.length ?? 0;
    const apart = riversApart(rivers, stretches);
    expect(apart).toHaveLength(rivers.length);
    expect(points(apart)).toBeLessThan(points(rivers));
    expect(riverStretches(SEGMENTS, apart)).toEqual([]);
  });
});

it('names follow a line that is smoother than the border, from its one end to its other', () => {
  for (const { geometry } of SEGMENTS) {
    const line = smoothed(geometry, 6_000, 14_000);
    expect(line.coordinates.length).toBeGreaterThan(2);
    expect(line.coordinates.length).toBeLessThan(geometry.coordinates.length);
  }
});

it('a crossing is open or closed only where that is stated and its position verified', () => {
  expect(crossingState({ unverified: false, state: 'open' })).toBe('open');
  expect(crossingState({ unverified: false, state: 'closed' })).toBe('closed');
  expect(crossingState({ unverified: true, state: 'open' })).toBe('unverified');
  expect(crossingState({ unverified: false, state: null })).toBe('unverified');
  expect(crossingState({ unverified: false })).toBe('unverified');
});
