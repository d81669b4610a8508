// Chips: one for each part of the question, and each takes away just that.

import { expect, it } from 'vitest';
import { chipsOf } from '../src/panels/chips';
import { NO_FILTER, sameFilter, type Filter } from '../src/state/view';

const FILTER: Filter = {
  categories: ['clash', 'strike'],
  statuses: ['reported'],
  precisions: ['town'],
  countries: ['IQ'],
  text: 'drone',
  area: { kind: 'corridor', fromKm: 20, toKm: 80, withinM: 10_000 },
  from: '2022-01-01',
  to: '2023-12-31',
};

it('has a chip for each part', () => {
  expect(chipsOf(NO_FILTER)).toEqual([]);
  const words = chipsOf(FILTER).map((chip) => chip.words);
  expect(words).toHaveLength(8);
  expect(words).toEqual(expect.arrayContaining(['“drone”', 'Clash', 'Iraq', 'Border km 20–80, within 10\u00a0km']));
});

it('takes one part away after the other until nothing is asked', () => {
  let filter = FILTER;
  for (let left = 8; left > 0; left--) {
    const [chip] = chipsOf(filter);
    filter = { ...filter, ...chip?.without };
    expect(chipsOf(filter)).toHaveLength(left - 1);
  }
  expect(sameFilter(filter, NO_FILTER)).toBe(true);
});
