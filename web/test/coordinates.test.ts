// Coordinates as people type them.

import { describe, expect, it } from 'vitest';
import { parseCoordinates } from '../src/state/coordinates';

describe('parseCoordinates', () => {
  it.each([
    ['35.52, 46.18'],
    ['35.52 46.18'],
    ['46.18,35.52'],
    ['35.52N 46.18E'],
    ['N35.52 E46.18'],
    ['46.18 E, 35.52 N'],
    ['35.52°, 46.18°'],
    ['35°31\'12"N 46°10\'48"E'],
    ['35° 31′ 12″ N, 46° 10′ 48″ E'],
    ["35°31.2'N 46°10.8'E"],
    ['٣٥٫٥٢، ٤٦٫١٨'],
    ['۳۵٫۵۲ ۴۶٫۱۸'],
  ])('reads %s', (text) => {
    const at = parseCoordinates(text);
    expect(at?.lat).toBeCloseTo(35.52, 9);
    expect(at?.lng).toBeCloseTo(46.18, 9);
  });

  it('reads south and west', () => {
    expect(parseCoordinates('10S 20W')).toEqual({ lat: -10, lng: -20 });
    expect(parseCoordinates('-10, -20')).toEqual({ lat: -10, lng: -20 });
  });

  it('takes latitude first outside the region', () => {
    expect(parseCoordinates('10, 120')).toEqual({ lat: 10, lng: 120 });
  });

  it.each(['', 'Penjwen', '35.52', '35.52, 46.18, 12', '95, 190', '35N 46N', "35°61'N 46°E", '35.52, abc'])(
    'refuses %j',
    (text) => {
      expect(parseCoordinates(text)).toBeNull();
    },
  );
});
