// Coordinates as people type them, and how they were taken.

import { describe, expect, it } from 'vitest';
import { inRegion, isDoubtful, looksSwapped, readCoordinates } from '../src/state/coordinates';
import { partShortPlusCode, readShortPlusCode } from '../src/state/pluscodes';

/** In what the test says: latitude, longitude. */
function pairs(text: string, centre: { lng: number; lat: number } | null = null): [number, number][] {
  return readCoordinates(text, centre).map(({ at }) => [Number(at.lat.toFixed(4)), Number(at.lng.toFixed(4))]);
}

const HERE: [number, number] = [35.52, 46.18];

describe('the usual order, or an order that is said, has one reading', () => {
  it.each([
    '35.52, 46.18', '35.52 46.18', '35.52,46.18', '35.52/46.18', '(35.52, 46.18)', '35.52°, 46.18°',
    // Decimal comma, as in most of Europe and in Persian; the slash of Persian handwriting.
    '35,52; 46,18', '35,52;46,18', '35,52 46,18', '35,52, 46,18', '35,52 / 46,18', '35,52 | 46,18', '۳۵/۵۲ ۴۶/۱۸', '۳۵/۵۲، ۴۶/۱۸',
    '٣٥٫٥٢، ٤٦٫١٨', '۳۵٫۵۲ ۴۶٫۱۸', '٣٥،٥٢ ٤٦،١٨', '۳۵٫۵۲؛ ۴۶٫۱۸',
    '35.52N 46.18E', 'N35.52 E46.18', '46.18 E, 35.52 N', '35,52 N 46,18 E', '35.52n, 46.18e',
    '35°31\'12"N 46°10\'48"E', '35° 31′ 12″ N, 46° 10′ 48″ E', "35°31.2'N 46°10.8'E", "35°31,2'N 46°10,8'E",
    // Labels in four languages, and words for the points of the compass.
    'lat 35.52 lon 46.18', 'lat: 35.52, lon: 46.18', 'lat=35.52&lng=46.18', 'Latitude 35,52 Longitude 46,18', 'lon 46.18 lat 35.52', 'long. 46.18 lat. 35.52',
    'خط العرض ٣٥٫٥٢ خط الطول ٤٦٫١٨', 'العرض: 35.52، الطول: 46.18', 'دائرة العرض 35.52 درجة الطول 46.18', '35.52 شمالاً 46.18 شرقاً', '٤٦٫١٨ شرقا ٣٥٫٥٢ شمالا',
    'عرض جغرافیایی ۳۵٫۵۲ طول جغرافیایی ۴۶٫۱۸', 'طول ۴۶٫۱۸، عرض ۳۵٫۵۲', '۳۵٫۵۲ شمالی ۴۶٫۱۸ شرقی', '۳۵٫۵۲ شمالی ۴۶٫۱۸ خاوری', '۳۵٫۵۲ درجه شمالی، ۴۶٫۱۸ درجه شرقی', '35.52 degrees north, 46.18 degrees east',
    'پانی ٣٥٫٥٢ درێژی ٤٦٫١٨', 'هێڵی پانی: 35.52 هێڵی درێژی: 46.18', '٣٥٫٥٢ باکوور ٤٦٫١٨ ڕۆژهەڵات',
    '35.52 north, 46.18 east', 'North 35.52 East 46.18',
    // What other programs hand out.
    'geo:35.52,46.18', 'geo:35.52,46.18;u=35', 'geo:35.52,46.18?z=12', 'GEO:35.52,46.18',
    'https://www.example.org/maps/@35.52,46.18,12z', 'https://maps.example.org/place/X/@35.1,46.1,9z/data=!3m1!3d35.52!4d46.18', 'https://maps.example.org/?q=35.52,46.18',
    'https://maps.example.org/?q=35.52%2C46.18', 'https://osm.example.org/?mlat=35.52&mlon=46.18#map=12/35.1/46.1', 'https://osm.example.org/#map=12/35.52/46.18',
    'https://bordermap.example.org/#map=9/35.1/46.1&at=46.18,35.52',
  ])('%s', (text) => {
    expect(pairs(text)).toEqual([HERE]);
    expect(isDoubtful(readCoordinates(text))).toBe(false);
  });
});

describe('numbers the other way round', () => {
  it.each(['46.18, 35.52', '46.18 35.52', '46,18; 35,52', '٤٦٫١٨، ٣٥٫٥٢', '۴۶٫۱۸ ۳۵٫۵۲'])('%s: both readings, that in the region first', (text) => {
    expect(pairs(text)).toEqual([HERE, [46.18, 35.52]]);
    expect(readCoordinates(text).map(({ taken }) => taken)).toEqual(['lng-lat', 'lat-lng']);
  });

  it('where both or neither lie in the region, the usual order comes first', () => {
    expect(pairs('40.5, 40.8')).toEqual([[40.5, 40.8], [40.8, 40.5]]);
    expect(pairs('10, 20')).toEqual([[10, 20], [20, 10]]);
    expect(pairs('-10, -20')).toEqual([[-10, -20], [-20, -10]]);
  });

  it('where only one order is on the earth, or both are the same place, there is no doubt', () => {
    expect(pairs('10, 120')).toEqual([[10, 120]]);
    expect(pairs('120, 10')).toEqual([[10, 120]]);
    expect(pairs('40.5, 40.5')).toEqual([[40.5, 40.5]]);
    expect(pairs('10S 20W')).toEqual([[-10, -20]]);
  });

  it('a position looks swapped only if exchanging its numbers brings it into the region', () => {
    expect(looksSwapped({ lat: 46.18, lng: 35.52 })).toBe(true);
    expect(looksSwapped({ lat: 35.52, lng: 46.18 })).toBe(false);
    expect(looksSwapped({ lat: 10, lng: 20 })).toBe(false);
    expect(inRegion({ lat: 35.52, lng: 46.18 })).toBe(true);
  });
});

describe('Plus codes', () => {
  it('a full one has one reading, the middle of its square', () => {
    // From the specification's own test data: 20.3700625, 2.7821875.
    expect(pairs('7FG49QCJ+2V')).toEqual([[20.3701, 2.7822]]);
    expect(pairs('7fg49qcj+2v')).toEqual([[20.3701, 2.7822]]);
    expect(readCoordinates('7FG49QCJ+2V')[0]?.taken).toBe('said');
  });

  it('one that leaves out its last digits is the middle of a larger square, and says so', () => {
    expect(pairs('8H77JXC2+')).toEqual([[35.6213, 45.9513]]);
    expect(pairs('8H77JX00+')).toEqual([[35.625, 45.975]]);
    expect(pairs('8h770000+')).toEqual([[35.5, 45.5]]);
    expect(readCoordinates('8H770000+')[0]?.taken).toBe('square');
    // Digits after zeros are no code.
    for (const text of ['8H770000+2F', '8H000000+', '8H7700+']) expect(readCoordinates(text)).toEqual([]);
  });

  it('a short one is the nearest to the middle of the map, and says so', () => {
    expect(readCoordinates('9QCJ+2V')).toEqual([]);
    expect(pairs('9QCJ+2V', { lat: 20.4, lng: 2.8 })).toEqual([[20.3701, 2.7822]]);
    expect(readCoordinates('9QCJ+2V', { lat: 20.4, lng: 2.8 })[0]?.taken).toBe('near-centre');
    expect(readShortPlusCode('9QCJ+2V', { lat: 21, lng: 3 })?.lat).toBeCloseTo(21.3701, 4);
  });

  it('a short one beside a name is meant near that place', () => {
    expect(partShortPlusCode('9QCJ+2V Penjwen')).toEqual({ code: '9QCJ+2V', place: 'Penjwen' });
    expect(partShortPlusCode('9QCJ+2V, Qasr-e Shirin')).toEqual({ code: '9QCJ+2V', place: 'Qasr-e Shirin' });
    expect(partShortPlusCode('9QCJ+2V')).toBeNull();
    expect(partShortPlusCode('Penjwen 12')).toBeNull();
  });
});

it.each([
  '', 'Penjwen', '35.52', '35.52, 46.18, 12', '95, 190', '35N 46N', "35°61'N 46°E", '35.52, abc', 'lat 35.52 lat 46.18', 'km 454', '454 km', 'iib-012',
  'https://example.org/report/35', 'geo:95,190', '9QCJ+2', 'عرض', 'Latifiya', 'شرق',
])('%j is no pair of coordinates', (text) => {
  expect(readCoordinates(text)).toEqual([]);
});
