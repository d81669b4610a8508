// Sorani letters get joiners on exactly the sides on which they join.

import { describe, expect, it } from 'vitest';
import { joinSorani } from '../src/map/joiner';

const show = (text: string): string => joinSorani(text).replaceAll('\u200d', '+');

describe('joinSorani', () => {
  it.each([
    ['سلێمانی', 'سل+ێ+مانی'],
    ['هەڵەبجە', 'ه+ەڵ+ەبج+ە'],
    ['قەڵادزێ', 'ق+ەڵ+ادزێ'],
    ['کوردستان', 'کوردستان'],
    ['بڕوا', 'ب+ڕوا'],
    ['باڵا', 'باڵ+ا'],
    ['ێران', 'ێ+ران'],
    ['ئێران', 'ئ+ێ+ران'],
    ['مهران', 'مهران'],
    ['Penjwen', 'Penjwen'],
  ])('%s', (name, expected) => {
    expect(show(name)).toBe(expected);
  });

  it('looks through vowel points and stops at spaces', () => {
    expect(show('ب\u064eێ ب')).toBe('ب\u064e+ێ ب');
  });

  it('adds nothing but joiners', () => {
    expect(joinSorani('شەتولعەرەب / ڕۆژئاوا').replaceAll('\u200d', '')).toBe('شەتولعەرەب / ڕۆژئاوا');
  });
});
