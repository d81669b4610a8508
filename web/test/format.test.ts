// Words say no more than is known.

import { describe, expect, it } from 'vitest';
import { formatAbout, formatBorder, formatDate, formatDistance, formatFatalities, formatPosition, formatPrecision } from '../src/text/format';
import { searchKey } from '../src/text/names';
import { webAddress } from '../src/panels/dom';
import { toDatetime, toParams } from '../src/api/query';
import { NO_FILTER } from '../src/state/view';

const plain = (text: string | null): string | undefined => text?.replaceAll('\u00a0', ' ');

describe('distances', () => {
  it.each([
    [0, '0 m'], [7.4, '7 m'], [123, '120 m'], [949, '950 m'], [951, '1 km'], [1234, '1.2 km'],
    [9949, '9.9 km'], [9951, '10 km'], [12_345, '12 km'], [1_641_400, '1,641 km'],
  ])('%d m is %s', (metres, words) => {
    expect(plain(formatDistance(metres))).toBe(words);
  });

  it('are never finer than the position', () => {
    expect(plain(formatAbout(12_345, 15_000))).toBe('about 12 km');
    expect(plain(formatAbout(400, 5_000))).toBe('about 1 km');
    expect(plain(formatAbout(12_345, null))).toBe('12 km');
    expect(plain(formatAbout(3_420, 0))).toBe('3.4 km');
  });
});

describe('precision', () => {
  it('is said in words', () => {
    expect(plain(formatPrecision('district', 15_000))).toBe('district, within about 15 km');
    expect(plain(formatPrecision('grid cell', null))).toBe('grid cell');
  });

  it('makes a month of a date that is known by its month', () => {
    expect(formatDate('2022-03-01', 'month')).toBe('March 2022, day not known');
    expect(formatDate('2022-03-01', 'day')).toBe('1 March 2022');
    expect(formatDate('soon', 'day')).toBe('soon');
  });

  it('leaves out the side where there is none', () => {
    const past = { border_km: 0, border_distance_m: 40_200, border_side: null };
    expect(plain(formatBorder(past, null))).toBe('km 0, 40 km from the line');
    expect(formatBorder({ border_km: 437.4, border_distance_m: 0.4, border_side: 'IQ' }, 3_000)).toBe('km 437, at the line as far as the position is known');
    expect(plain(formatBorder({ ...past, border_side: 'IQ' }, 15_000))).toBe('km 0, about 40 km from the line, Iraqi side');
  });
});

describe('numbers and names', () => {
  it('gives deaths as stated', () => {
    expect(formatFatalities(null, null)).toBeNull();
    expect(formatFatalities(3, 3)).toBe('3');
    expect(formatFatalities(10, 26)).toBe('10–26');
    expect(formatFatalities(0, null)).toBe('0');
  });

  it('writes positions with hemispheres', () => {
    expect(formatPosition({ lng: -1.5, lat: 35.52 })).toBe('35.5200° N, 1.5000° W');
  });

  it('finds a name whichever keyboard wrote it', () => {
    expect(searchKey('كركوك')).toBe(searchKey('کرکوک'));
    expect(searchKey('ئەھواز')).toBe(searchKey('ئەهواز'));
    expect(searchKey('Khānaqīn')).toBe('khanaqin');
    expect(searchKey('Qeładizê')).toBe(searchKey('qeładizê'));
  });
});

describe('what leaves the page', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'UCDP GED 21.1 event 262008', '//example.org', 'http://a b'])('does not link %s', (ref) => {
    expect(webAddress(ref)).toBeNull();
  });

  it('links web addresses', () => {
    expect(webAddress('https://example.org/a?b=c')).toBe('https://example.org/a?b=c');
  });

  it('asks the same question for list and export', () => {
    const filter = { ...NO_FILTER, categories: ['clash', 'strike'], from: '2022-01-01' };
    expect(toParams({ filter, near: { lng: 46.18, lat: 35.52 }, radiusM: 25_000 }).toString()).toBe(
      'category=clash&category=strike&datetime=2022-01-01%2F..&near=46.18%2C35.52&radius=25000m',
    );
    expect(toDatetime(null, null)).toBeNull();
  });
});
