// The classes of change between two windows.

import { describe, expect, it } from 'vitest';
import { changeClass, isFew } from '../src/map/change';

describe('a change', () => {
  it.each([
    [0, 0, null], [0, 1, 4], [10, 0, 0], [10, 4, 0], [10, 5, 1], [10, 8, 1], [10, 9, 2], [10, 10, 2], [10, 12, 2],
    [8, 10, 3], [10, 20, 3], [10, 21, 4],
  ])('from %i to %i is of class %s', (before, after, expected) => {
    expect(changeClass(before, after)).toBe(expected);
  });

  it('turned round is of the opposite class', () => {
    for (let before = 1; before < 30; before++) {
      for (let after = 1; after < 30; after++) {
        expect(changeClass(after, before), `${before} to ${after}`).toBe(4 - (changeClass(before, after) ?? 0));
      }
    }
  });

  it('of fewer than ten reports says little', () => {
    expect(isFew({ before: 4, after: 5 })).toBe(true);
    expect(isFew({ before: 5, after: 5 })).toBe(false);
  });
});
