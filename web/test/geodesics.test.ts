// What is measured agrees with Karney's published examples.

import { describe, expect, it } from 'vitest';
import { enclosed, geodesicLine, lengthM } from '../src/draw/geodesics';
import type { LngLat } from '../src/state/view';

const at = (lat: number, lng: number): LngLat => ({ lng, lat });

/** The planimeter's example: a rough outline of Antarctica. */
const ANTARCTICA = [
  [-63.1, -58], [-72.9, -74], [-71.9, -102], [-74.9, -102], [-74.3, -131], [-77.5, -163], [-77.4, 163], [-71.7, 172], [-65.9, 140],
  [-65.7, 113], [-66.6, 88], [-66.9, 59], [-69.8, 25], [-70, -4], [-71, -14], [-77.3, -33], [-77.9, -46], [-74.7, -61],
].map(([lat = 0, lng = 0]) => at(lat, lng));

describe('geodesics', () => {
  it('are as long as the solution says', () => {
    expect(lengthM([at(-41.32, 174.81), at(40.96, -5.5)])).toBeCloseTo(19_959_679.267, 2);
  });

  it('add up along a way', () => {
    const [a, b, c] = [at(35.62, 45.95), at(35.52, 46.18), at(36, 46)];
    expect(lengthM([a, b, c])).toBeCloseTo(lengthM([a, b]) + lengthM([b, c]), 6);
    expect(lengthM([a])).toBe(0);
  });

  it('enclose what the solution says, whichever way round', () => {
    for (const points of [ANTARCTICA, [...ANTARCTICA].reverse()]) {
      expect(enclosed(points).areaM2 / 1e6).toBeCloseTo(13_662_703.680, 2);
      expect(enclosed(points).aroundM).toBeCloseTo(16_831_067.893, 2);
    }
  });

  it('are drawn from end to end in pieces', () => {
    const points = geodesicLine(at(35, 45), at(35, 47), 20_000);
    expect(points.length).toBe(11);
    expect(points[0]?.lng).toBeCloseTo(45, 9);
    expect(points.at(-1)?.lng).toBeCloseTo(47, 9);
    // The shortest way between two points of a parallel bends towards the pole.
    expect(points[5]?.lat).toBeGreaterThan(35.003);
  });
});
