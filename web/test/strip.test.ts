// The strip: its scales, the brush as part of the filter and back, its cells and its labels.

import { describe, expect, it } from 'vitest';
import type { Profile } from '../src/api/types';
import { BorderLine } from '../src/draw/borderline';
import { NO_FILTER, type Filter } from '../src/state/view';
import { Cells, classesOf } from '../src/strip/cells';
import { filterWith, grainOf, isoDay, pickAt, pickOf, rectOf, scalesOf, wholeDomain, zoomed, type Pick } from '../src/strip/scales';
import { spread } from '../src/strip/spread';
import { stretchesIn } from '../src/strip/visible';

const WHOLE = wholeDomain('2018-01-02T00:00:00Z', '2025-12-21T23:59:59Z', 1641.4);
const SCALES = scalesOf(WHOLE, 600, 200);
const CORRIDOR: Filter = { ...NO_FILTER, from: '2022-01-01', to: '2023-03-19', area: { kind: 'corridor', fromKm: 250, toKm: 490, withinM: 25_000 } };

describe('the domain', () => {
  it('takes whole months around what the data cover', () => {
    expect([isoDay(WHOLE.startMs), isoDay(WHOLE.endMs), WHOLE.toKm]).toEqual(['2018-01-01', '2026-01-01', 1641.4]);
  });

  it('has north above and time to the right', () => {
    expect(SCALES.y(0)).toBe(0);
    expect(SCALES.y(1641.4)).toBe(200);
    expect(SCALES.x(WHOLE.startMs)).toBe(0);
    expect(SCALES.x(WHOLE.endMs)).toBe(600);
  });

  it('is cut finer the closer it is seen', () => {
    expect(grainOf(WHOLE, 600, 200)).toEqual({ binKm: 50, interval: 'month' });
    expect(grainOf(WHOLE, 200, 200)).toEqual({ binKm: 50, interval: 'quarter' });
    const near = zoomed(WHOLE, { from: '2023-01-01', to: '2023-02-28', km: [400, 500] });
    expect(grainOf(near, 600, 200)).toEqual({ binKm: 5, interval: 'day' });
  });

  it('does not zoom into what is too small for a scale', () => {
    expect(zoomed(WHOLE, { from: '2023-01-01', to: '2023-01-02', km: null })).toBe(WHOLE);
  });
});

describe('the brush', () => {
  const back = (pick: Pick): Pick => {
    const rect = rectOf(pick, SCALES);
    if (!rect) throw new Error('nothing is brushed');
    return pickAt(rect, SCALES, WHOLE);
  };

  it('shows a filter and reads the same filter back', () => {
    expect(back(pickOf(CORRIDOR))).toEqual(pickOf(CORRIDOR));
    expect(back({ from: '2024-02-29', to: '2024-02-29', km: [0, 1] })).toEqual({ from: '2024-02-29', to: '2024-02-29', km: [0, 1] });
  });

  it('leaves open what reaches the edge', () => {
    expect(back({ from: '2023-03-19', to: null, km: null })).toEqual({ from: '2023-03-19', to: null, km: null });
    expect(pickAt([[0, 0], [600, 200]], SCALES, WHOLE)).toEqual({ from: null, to: null, km: null });
  });

  it('takes what it touches where the strip shows a part only', () => {
    const part = scalesOf({ ...WHOLE, fromKm: 400, toKm: 600 }, 600, 200);
    expect(pickAt([[0, 0], [600, 200]], part, WHOLE)).toEqual({ from: null, to: null, km: [400, 600] });
  });

  it('takes the end of the line as it is said', () => {
    const whole = { ...WHOLE, toKm: 1641.378 };
    expect(pickAt([[0, 100], [600, 200]], scalesOf(whole, 600, 200), whole).km).toEqual([821, 1641.4]);
    // Shown from a corridor, whose end is rounded.
    expect(pickAt([[0, 0], [600, 200]], scalesOf({ ...whole, fromKm: 1400, toKm: 1641.4 }, 600, 200), whole).km).toEqual([1400, 1641.4]);
    expect(pickAt([[0, 200], [600, 200]], scalesOf(whole, 600, 200), whole).km).toEqual([1640, 1641.4]);
  });

  it('takes at least a day and a kilometre', () => {
    expect(pickAt([[100, 50], [100.1, 50.1]], SCALES, WHOLE)).toMatchObject({ km: [410, 411] });
    const { from, to } = pickAt([[100, 50], [100.1, 50.1]], SCALES, WHOLE);
    expect(from).toBe(to);
  });

  it('is nothing where the filter asks for all', () => {
    expect(rectOf(pickOf(NO_FILTER), SCALES)).toBeNull();
  });

  it('becomes a corridor, and keeps a box only where it takes the whole line', () => {
    const box = { kind: 'box', west: 45, south: 35, east: 46, north: 36 } as const;
    expect(filterWith(NO_FILTER, { from: null, to: null, km: [250, 490] }, 50_000).area).toEqual({ kind: 'corridor', fromKm: 250, toKm: 490, withinM: 50_000 });
    expect(filterWith({ ...NO_FILTER, area: box }, { from: '2023-01-01', to: null, km: null }, 50_000).area).toBe(box);
    expect(filterWith({ ...NO_FILTER, area: box }, { from: null, to: null, km: [1, 2] }, 50_000).area?.kind).toBe('corridor');
    expect(filterWith(CORRIDOR, { from: null, to: null, km: null }, 50_000)).toEqual(NO_FILTER);
  });
});

describe('cells', () => {
  const cells = new Cells({
    km_edges: [0, 100, 164.1],
    interval_starts: ['2023-01-01', '2023-02-01', '2023-03-01'],
    intervals_end: '2023-04-01',
    counts: [[0, 2, 0], [1, 0, 7]],
    count_max: 7,
  } as unknown as Profile);

  it('are found by time and kilometre, edges in the later one', () => {
    expect(cells.holding(Date.UTC(2023, 1, 1), 99.9)).toMatchObject({ bin: 0, at: 1, count: 2 });
    expect(cells.holding(Date.UTC(2023, 2, 31), 100)).toMatchObject({ bin: 1, at: 2, fromKm: 100, toKm: 164.1, count: 7 });
    expect(cells.holding(Date.UTC(2023, 3, 1), 100)).toBeNull();
    expect(cells.holding(Date.UTC(2022, 11, 31), 100)).toBeNull();
    expect(cells.holding(Date.UTC(2023, 0, 1), 165)).toBeNull();
  });

  it('are walked one by one, or to the next that holds something', () => {
    const first = cells.cell(1, 0);
    if (!first) throw new Error('no cell');
    expect(cells.next(first, 'later')).toMatchObject({ bin: 1, at: 1 });
    expect(cells.nextFilled(first, 'later')).toMatchObject({ bin: 1, at: 2 });
    expect(cells.next(first, 'south')).toBeNull();
    expect(cells.nextFilled(first, 'north')).toBeNull();
  });

  it('have classes that ascend and hold every count', () => {
    expect(classesOf(0)).toEqual([]);
    expect(classesOf(3)).toEqual([1, 2, 3]);
    for (const most of [5, 11, 400, 1_000_000]) {
      const classes = classesOf(most);
      expect(classes[0]).toBe(1);
      expect(classes.at(-1)).toBeLessThanOrEqual(most);
      expect([...classes].sort((a, b) => a - b)).toEqual(classes);
    }
  });
});

describe('labels along an axis', () => {
  const at = (...places: [number, number][]) => places.map(([px, weight]) => ({ item: px, at: px, weight }));

  it('move apart as little as they must', () => {
    expect(spread(at([50, 1], [55, 1]), 12, [0, 200], 12).map((placed) => placed.at)).toEqual([50, 62]);
    expect(spread(at([196, 1], [199, 1]), 12, [6, 194], 15).map((placed) => placed.at)).toEqual([182, 194]);
  });

  it('give way by weight where there is no room', () => {
    const placed = spread(at([50, 1], [51, 0], [52, 1], [53, 1]), 12, [0, 200], 22);
    expect(placed.map(({ item }) => item)).toEqual([50, 52, 53]);
  });
});

describe('the stretches in the map', () => {
  const line = (id: string, from: number, to: number, coordinates: [number, number][]) =>
    ({ type: 'Feature', id, geometry: { type: 'LineString', coordinates }, properties: { km_from: from, km_to: to } }) as never;

  it('break where the border leaves the window, and join across segments', () => {
    const border = new BorderLine([line('a', 0, 20, [[45, 36], [45, 35.9], [45, 35.8]]), line('b', 20, 50, [[45, 35.8], [45, 35.7], [45, 35.6], [45, 35.5]])]);
    const inside = (...lats: number[]) => ({ lat }: { lat: number }) => lats.includes(lat);
    expect(stretchesIn(inside(35.9, 35.8, 35.7), border).map((ends) => ends.map(Math.round))).toEqual([[10, 30]]);
    expect(stretchesIn(inside(36, 35.9, 35.6, 35.5), border).map((ends) => ends.map(Math.round))).toEqual([[0, 10], [40, 50]]);
    expect(stretchesIn(inside(), border)).toEqual([]);
  });
});
