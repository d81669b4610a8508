// UTM and MGRS are read and written as other programs do (positions by PROJ), and every notation comes back.

import { describe, expect, it } from 'vitest';
import { readCoordinates } from '../src/state/coordinates';
import type { LngLat } from '../src/state/view';
import { formatMgrs, formatUtm } from '../src/state/grids';
import { NOTATIONS, writePosition } from '../src/text/notations';

function read(text: string): LngLat | null {
  return readCoordinates(text)[0]?.at ?? null;
}

const PLACES = [
  { at: { lng: 46.18, lat: 35.52 }, utm: '38N 606994 3931352' },
  { at: { lng: 44.4, lat: 33.3 }, utm: '38N 444141 3684706' },
  { at: { lng: 47.99, lat: 30 }, utm: '38N 788445 3322551' },
  { at: { lng: 48.2, lat: 30 }, utm: '39N 229892 3322087' },
];

describe('UTM and MGRS', () => {
  it.each(PLACES)('are written for $at: $utm', ({ at, utm }) => {
    expect(formatUtm(at)).toBe(utm);
  });

  it.each(['38N 500000 3900000', '38n 500000, 3900000', '38 N 500000mE 3900000mN', '38S 500000 3900000', '۳۸N ۵۰۰۰۰۰ ۳۹۰۰۰۰۰'])('reads %s', (text) => {
    const at = read(text);
    expect(at?.lng).toBeCloseTo(45, 8);
    expect(at?.lat).toBeCloseTo(35.2430777120042, 8);
  });

  it('reads a square as its middle, however fine it is', () => {
    const fine = formatMgrs({ lng: 46.18, lat: 35.52 });
    expect(fine).toBe('38S PE 06993 31351');
    expect(read('38SPE0699331351')?.lat).toBeCloseTo(35.52, 5);
    // 38S PE is the square from (600000, 3900000) to (700000, 4000000).
    const middle = read('38N 650000 3950000');
    expect(read('38SPE')).toEqual(middle);
    expect(read('38spe 0 3')).toEqual(read('38N 605000 3935000'));
    expect(read('38S PE 0 3')).toEqual(read('38SPE03'));
  });

  it.each(['38N 500000', '99N 500000 3900000', '38SPE123', '38SPE12 3', '38IPE12', '38N 5 3', '61SPE12'])('refuses %s', (text) => {
    expect(read(text)).toBeNull();
  });
});

describe('a position', () => {
  it.each(NOTATIONS)('comes back from %s to within two metres', (notation) => {
    for (const { at } of PLACES) {
      const back = read(writePosition(at, notation) ?? '');
      expect(Math.abs((back?.lat ?? 0) - at.lat)).toBeLessThan(2e-5);
      expect(Math.abs((back?.lng ?? 0) - at.lng)).toBeLessThan(2e-5);
    }
  });

  it('has no minute of sixty seconds', () => {
    expect(writePosition({ lng: 45.99999, lat: 34.999999 }, 'dms')).toBe('35°00′00.0″N 46°00′00.0″E');
  });

  it('is in no grid at the poles', () => {
    expect(writePosition({ lng: 0, lat: 89 }, 'utm')).toBeNull();
    expect(writePosition({ lng: 0, lat: 89 }, 'mgrs')).toBeNull();
  });
});
