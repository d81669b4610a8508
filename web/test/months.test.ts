// Time that plays: whole months stay whole, and it ends where the data end.

import { describe, expect, it } from 'vitest';
import { addMonths, beginPlay, nearestMonth, stepPlay } from '../src/state/months';

const ALL = { from: '2018-01-01', to: '2025-12-31' };

describe('months', () => {
  it('are added by the calendar', () => {
    expect(addMonths('2023-01-31', 1)).toBe('2023-02-28');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-12-15', 2)).toBe('2024-02-15');
    expect(addMonths('2023-01-15', -1)).toBe('2022-12-15');
  });

  it('are snapped to where they begin', () => {
    expect(nearestMonth(new Date('2023-03-10T00:00:00Z'))).toBe('2023-03-01');
    expect(nearestMonth(new Date('2023-03-20T00:00:00Z'))).toBe('2023-04-01');
    expect(nearestMonth(new Date('2023-12-31T12:00:00Z'))).toBe('2024-01-01');
  });
});

describe('playing', () => {
  it('moves a window whose months stay whole', () => {
    const days = stepPlay({ from: '2023-01-01', to: '2023-01-31' }, 'window', ALL);
    expect(days).toEqual({ from: '2023-02-01', to: '2023-02-28' });
    expect(stepPlay(days ?? ALL, 'window', ALL, -1)).toEqual({ from: '2023-01-01', to: '2023-01-31' });
  });

  it('lets a cumulative window grow', () => {
    expect(stepPlay({ from: '2018-01-01', to: '2018-01-31' }, 'cumulative', ALL)).toEqual({ from: '2018-01-01', to: '2018-02-28' });
    expect(stepPlay({ from: '2018-01-01', to: '2018-01-31' }, 'cumulative', ALL, -1)).toBeNull();
  });

  it('ends where the data end', () => {
    expect(stepPlay({ from: '2025-01-01', to: '2025-12-31' }, 'window', ALL)).toBeNull();
    expect(stepPlay({ from: '2018-01-01', to: '2018-12-31' }, 'window', ALL, -1)).toBeNull();
  });

  it('begins at the days chosen, and anew from the end', () => {
    expect(beginPlay(null, 'window', ALL)).toEqual({ from: '2018-01-01', to: '2018-12-31' });
    expect(beginPlay(null, 'cumulative', ALL)).toEqual({ from: '2018-01-01', to: '2018-01-31' });
    expect(beginPlay({ from: '2020-01-01', to: '2020-06-30' }, 'window', ALL)).toEqual({ from: '2020-01-01', to: '2020-06-30' });
    expect(beginPlay({ from: '2025-07-01', to: '2025-12-31' }, 'window', ALL)).toEqual({ from: '2018-01-01', to: '2018-06-30' });
  });
});
