// The View and the address say the same.

import { describe, expect, it } from 'vitest';
import { INITIAL_VIEW, formatView, parseDay, parseView, type View } from '../src/state/view';

const FULL: View = {
  camera: { zoom: 8.25, lat: 35.6, lng: 45.8123 },
  point: { lng: 46.18, lat: 35.52 },
  radiusM: 12_500,
  filter: { categories: ['clash', 'crossing-status'], statuses: ['reported'], from: '2022-01-01', to: '2023-12-31' },
  selected: { layer: 'incidents', id: 'iib-012' },
  group: { lng: 45.8853, lat: 35.9975 },
  labels: 'ckb',
};

describe('View', () => {
  it('says nothing where everything is as usual', () => {
    expect(formatView(INITIAL_VIEW)).toBe('');
    expect(parseView('')).toEqual(INITIAL_VIEW);
  });

  it('comes back from the address as it went in', () => {
    expect(parseView(formatView(FULL))).toEqual(FULL);
    expect(parseView(`#${formatView(FULL)}`)).toEqual(FULL);
  });

  it('is legible in the address', () => {
    expect(formatView(FULL)).toBe(
      'map=8.25/35.6/45.8123&at=46.18,35.52&radius=12.5km&category=clash,crossing-status&status=reported' +
        '&from=2022-01-01&to=2023-12-31&group=45.8853,35.9975&incident=iib-012&labels=ckb',
    );
  });

  it('keeps ids that need escaping', () => {
    const view: View = { ...INITIAL_VIEW, selected: { layer: 'crossings', id: 'a&b=c#d e/ف' } };
    expect(parseView(formatView(view)).selected).toEqual(view.selected);
  });

  it.each([
    'at=46.18', 'at=46.18,95', 'at=181,0', 'at=a,b', 'at=,', 'map=8/35', 'map=99/35/45',
    'radius=-5km', 'radius=0', 'radius=ten', 'from=2022-02-30', 'to=yesterday', 'labels=xx',
  ])('ignores what it cannot understand: %s', (fragment) => {
    expect(parseView(fragment)).toEqual(INITIAL_VIEW);
  });

  it('holds a radius to what the server accepts', () => {
    expect(parseView('radius=9000km').radiusM).toBe(2_000_000);
    expect(parseView('radius=500').radiusM).toBe(500);
  });

  it('knows real days', () => {
    expect(parseDay('2024-02-29')).toBe('2024-02-29');
    expect(parseDay('2023-02-29')).toBeNull();
  });
});
