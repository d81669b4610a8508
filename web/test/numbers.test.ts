// What is typed is read as it is meant, or asked about; never guessed.

import { afterEach, describe, expect, it } from 'vitest';
import { useLanguage } from '../src/i18n';
import { faultWords, readNumber, writeNumber } from '../src/text/numbers';
import { LANGUAGES } from '../src/state/view';

const KM = { min: 0.1, max: 2000, unit: 'km' };

afterEach(() => useLanguage('en'));

describe('numbers', () => {
  it.each([
    ['12,5', 12.5], ['12.5', 12.5], ['۱۲٫۵', 12.5], ['١٢٫٥', 12.5], ['۱۲،۵', 12.5], ['12٫5', 12.5], ['１２.５', 12.5],
    ['1.234,5', 1234.5], ['1,234.5', 1234.5], ['1 234,5', 1234.5], ['1’234.5', 1234.5], ['١٬٢٣٤٫٥', 1234.5], ['1\u202f234', 1234],
    ['1.234', 1.234], ['45,123', 45.123], ['0,123', 0.123], ['  25 ', 25], ['25 km', 25], ['25km', 25], ['\u200e25\u200f', 25], ['+7', 7], ['.5', 0.5], ['12.', 12],
  ])('%j is %d', (text, value) => {
    expect(readNumber(text, KM)).toEqual({ value });
  });

  it('that may mean two things are asked about', () => {
    expect(readNumber('1,234', KM)).toEqual({ fault: 'ambiguous', readings: [1.234, 1234] });
    expect(readNumber('۱،۲۳۴', KM)).toEqual({ fault: 'ambiguous', readings: [1.234, 1234] });
    // Where only one of the two can be, that is meant.
    expect(readNumber('46,123', { min: -180, max: 180 })).toEqual({ value: 46.123 });
    expect(readNumber('1,234', { min: 1, max: 3650, whole: true })).toEqual({ value: 1234 });
  });

  it.each(['12,,5', '1.2.3', '12,5,5', '1,23,456', '1.234,567,8', 'twelve', '1e3', '0x10', '--5', '12/5', '12 5', '١٢٫٥٫٥', ',', '-'])('%j is none', (text) => {
    expect(readNumber(text, KM)).toEqual({ fault: 'number' });
  });

  it.each([['0', 'range'], ['-5', 'range'], ['−5', 'range'], ['2001', 'range'], ['', 'empty'], [' ', 'empty']])('%j is not taken', (text, fault) => {
    expect(readNumber(text, KM)).toEqual({ fault });
  });

  it('are whole where only whole ones make sense', () => {
    expect(readNumber('12,5', { min: 1, max: 3650, whole: true })).toEqual({ fault: 'whole' });
    expect(readNumber('۳۶۵', { min: 1, max: 3650, whole: true })).toEqual({ value: 365 });
  });

  it.each(LANGUAGES)('are read as they are written in %s', async (language) => {
    await useLanguage(language);
    for (const value of [0.1, 1.234, 12.5, 1234, 1234.5, 45.12345, -46.5]) expect(readNumber(writeNumber(value), { min: -2000, max: 2000 })).toEqual({ value });
  });

  it('beyond a bound are told the bound as sentences write numbers', () => {
    expect(faultWords('1641.9', { fault: 'range' }, { min: 0, max: 1641.4 })).toBe('“1641.9” can’t be asked: from 0 to 1,641.4 can.');
  });

  it.each(LANGUAGES)('that are not taken are answered in %s', async (language) => {
    await useLanguage(language);
    for (const text of ['', 'x', '0', '1,234']) {
      const reading = readNumber(text, KM);
      if (!('fault' in reading)) throw new Error(text);
      const words = faultWords(text, reading, KM);
      expect(words).not.toMatch(/[{}]/);
      if (language !== 'en') expect(words).toMatch(/\p{Script=Arabic}/u);
    }
  });
});
