// Words say no more than is known.

import { afterEach, describe, expect, it } from 'vitest';
import distances from '../../tests/distances.json';
import { t, useLanguage } from '../src/i18n';
import type { Calendar, Language } from '../src/state/view';
import { formatAbout, formatBorder, formatArea, formatDate, formatDay, formatDays, formatDistance, formatFatalities, formatPosition, formatPrecision, formatUncertain, percent, signed } from '../src/text/format';
import { dayInNumbers, dayOfNumbers, dayOtherwise } from '../src/text/dates';
import { searchKey } from '../src/text/names';
import { webAddress } from '../src/panels/dom';
import { toDatetime, toParams } from '../src/api/query';
import { NO_FILTER } from '../src/state/view';

const plain = (text: string | null): string | undefined => text?.replace(/[\u00a0\u2009]/g, ' ');

afterEach(() => useLanguage('en'));

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

  it.each(distances)('$metres m, known within $uncertainty_m, read as in the terminal', ({ metres, uncertainty_m: uncertainty, said }) => {
    const words = [formatAbout(metres, uncertainty)];
    if (uncertainty) words.push(t('distance.uncertain', { distance: formatDistance(uncertainty) }));
    expect(plain(words.join(' '))).toBe(said);
  });
});

describe('a distance to what is known only so well', () => {
  it('has one form everywhere', () => {
    expect(plain(formatUncertain(846, 20_000))).toBe('about 1 km ±20 km');
    expect(plain(formatUncertain(12_345, 15_000))).toBe('about 12 km ±15 km');
    expect(plain(formatUncertain(12_345, null))).toBe('12 km');
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
    expect(plain(formatBorder({ ...past, border_side: 'IQ' }, 15_000))).toBe('km 0, about 40 km ±15 km from the line, Iraqi side');
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

describe('languages and calendars', () => {
  it.each<[Language, Calendar | null, string, string]>([
    ['en', null, '19 March 2023', 'Mar 2023'],
    ['en', 'persian', '28 Esfand 1401 AP', 'Esfand 1401 AP'],
    ['ar', null, '١٩ آذار ٢٠٢٣', 'آذار ٢٠٢٣'],
    ['fa', null, '۲۸ اسفند ۱۴۰۱', 'اسفند ۱۴۰۱'],
    ['fa', 'gregory', '۱۹ مارس ۲۰۲۳', 'مارس ۲۰۲۳'],
    ['ckb', null, '١٩ی ئازاری ٢٠٢٣', 'ئازاری ٢٠٢٣'],
    ['ckb', 'persian', '٢٨ی ڕەشەمەی ١٤٠١', 'ڕەشەمەی ١٤٠١'],
  ])('write dates (%s, %s)', async (language, calendar, day, month) => {
    await useLanguage(language, calendar);
    expect(formatDate('2023-03-19', 'day')).toBe(day);
    expect(formatDay('2023-03-19', 'month')).toBe(month);
  });

  it('say which days a Gregorian month is in another calendar', async () => {
    await useLanguage('fa');
    expect(formatDate('2022-03-01', 'month')).toBe('۱۰ اسفند ۱۴۰۰ تا ۱۱ فروردین ۱۴۰۱، روز نامعلوم');
    expect(formatDate('2022-03-01', 'month', 'short')).toBe('اسفند ۱۴۰۰ تا فروردین ۱۴۰۱');
    await useLanguage('ckb', 'persian');
    expect(formatDate('2022-03-01', 'month', 'short')).toBe('ڕەشەمەی ١٤٠٠–خاکەلێوەی ١٤٠١');
  });

  it('write distances, areas and shares in their digits and units', async () => {
    await useLanguage('ar');
    expect(plain(formatDistance(1234))).toBe('١٫٢ كم');
    await useLanguage('fa');
    expect(plain(formatDistance(1_641_400))).toBe('۱٬۶۴۱ کیلومتر');
    expect(plain(formatArea(2_500_000))).toBe('۲٫۵ کیلومتر مربع');
    await useLanguage('ckb');
    expect(plain(formatAbout(12_345, 15_000))).toBe('نزیکەی ١٢ کم');
    expect(formatFatalities(10, 26)).toBe('١٠–٢٦');
    await useLanguage('en');
    expect([percent(0.424), signed(3), signed(-2), signed(0)]).toEqual(['42%', '+3', '-2', '0']);
  });

  it('write positions and days from and to', async () => {
    expect(plain(formatDays('2022-01-05', '2023-12-31'))).toBe('5 Jan 2022 – 31 Dec 2023');
    await useLanguage('ar');
    expect(formatPosition({ lng: 46.18, lat: 35.52 })).toBe('٣٥٫٥٢٠٠° شمالًا، ٤٦٫١٨٠٠° شرقًا');
  });
});

describe('a day that is typed in numbers', () => {
  it.each([['fa', 'persian'], ['ckb', 'persian'], ['ar', 'gregory']] as const)('comes back as it went, every day of twelve years (%s, %s)', async (language, calendar) => {
    await useLanguage(language, calendar);
    const days = Array.from({ length: 12 * 365 + 3 }, (_, i) => new Date(Date.UTC(2016, 0, 1 + i)).toISOString().slice(0, 10));
    expect(days.map((day) => dayOfNumbers(dayInNumbers(day)))).toEqual(days);
  });

  it.each([
    ['۱۴۰۱/۱/۱', '2022-03-21'], ['1401-12-28', '2023-03-19'], ['۱۴۰۴.۰۵.۲۰', '2025-08-11'], [' 1403/12/30 ', '2025-03-20'],
    ['1402/12/30', null], ['1401/13/1', null], ['1401/1', null], ['tomorrow', null], ['', null],
  ])('%s is %s in the Iranian calendar', async (text, day) => {
    await useLanguage('fa', 'persian');
    expect(dayOfNumbers(text)).toBe(day);
  });

  it.each([
    ['persian', '2024-03-20', '2024-03-20'], ['persian', '۲۰۲۴/۸/۳۱', '2024-08-31'], ['persian', '1900/1/1', '1900-01-01'],
    ['persian', '2024-02-30', null],
    ['persian', '1402/12/29', undefined], ['persian', '1700/1/1', undefined], ['persian', 'tomorrow', undefined],
    ['gregory', '1403-01-01', '2024-03-20'], ['gregory', '1403-02-31', '2024-05-20'], ['gregory', '2024-03-20', undefined], ['gregory', '1639-05-17', undefined],
  ] as const)('in the %s calendar %s makes sense only otherwise as %s', async (calendar, text, day) => {
    await useLanguage('en', calendar);
    expect(dayOtherwise(text)?.day).toBe(day);
  });
});
