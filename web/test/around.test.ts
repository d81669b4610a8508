import { describe, expect, it } from 'vitest';
import { isOnMap, sideWords } from '../src/panels/around';

describe('where a point lies', () => {
  it('says the side, or why there is none', () => {
    expect(sideWords({ side: 'IQ' })).toBe('Iraqi side');
    expect(sideWords({ side: null, side_unknown: 'outside' })).toBe('Outside Iraq and Iran: no side');
    expect(sideWords({ side: null, side_unknown: 'near-outer-border' })).toContain('Within 7');
    const reasons = (['on-the-line', 'past-the-end', 'no-outlines'] as const).map((side_unknown) => sideWords({ side: null, side_unknown }));
    expect(new Set(reasons).size).toBe(3);
  });

  it('tells a point that the map has no ground for', () => {
    expect(isOnMap({ lng: 47.978, lat: 29.376 })).toBe(true);
    expect(isOnMap({ lng: 0, lat: 0 })).toBe(false);
  });
});
