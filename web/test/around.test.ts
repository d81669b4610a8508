import { describe, expect, it } from 'vitest';
import { sideWords, standing } from '../src/panels/around';
import { isOnMap } from '../src/state/view';

describe('where a point lies', () => {
  it('says the side, or why there is none', () => {
    expect(sideWords({ side: 'IQ' })).toBe('Iraqi side');
    expect(sideWords({ side: null, side_unknown: 'outside' })).toBe('Outside Iraq and Iran: no side');
    expect(sideWords({ side: null, side_unknown: 'near-outer-border' })).toContain('Within 7');
    const reasons = (['on-the-line', 'past-the-end', 'no-outlines'] as const).map((side_unknown) => sideWords({ side: null, side_unknown }));
    expect(new Set(reasons).size).toBe(3);
  });

  it('says of what is nearer to the line than positions are kept only that it is on it', () => {
    expect(standing({ distance_m: 0.6, side: 'IR' })).toEqual(['On the border line itself: no side']);
    expect(standing({ distance_m: 0, side: null, side_unknown: 'on-the-line' })).toEqual(['On the border line itself: no side']);
    expect(standing({ distance_m: 2.4, side: 'IR' })).toEqual(['2\u00a0m from the border', 'Iranian side']);
  });

  it('tells a point that the map has no ground for', () => {
    expect(isOnMap({ lng: 47.978, lat: 29.376 })).toBe(true);
    expect(isOnMap({ lng: 0, lat: 0 })).toBe(false);
  });
});
