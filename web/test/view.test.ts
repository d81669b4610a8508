// The View and the address say the same.

import { describe, expect, it } from 'vitest';
import { formatView, parseDay, parseView } from '../src/state/address';
import { INITIAL_VIEW, type Area, type View } from '../src/state/view';

const FULL: View = {
  camera: { zoom: 8.25, lat: 35.6, lng: 45.8123 },
  point: { lng: 46.18, lat: 35.52 },
  radiusM: 12_500,
  filter: {
    categories: ['clash', 'crossing-status'],
    statuses: ['reported'],
    precisions: ['town'],
    countries: ['IQ'],
    text: 'مەریوان & co',
    area: { kind: 'corridor', fromKm: 420, toKm: 780.5, withinM: 25_000 },
    from: '2022-01-01',
    to: '2023-12-31',
  },
  selected: { layer: 'incidents', id: 'iib-012' },
  group: { lng: 45.8853, lat: 35.9975 },
  labels: 'ckb',
  sort: '-border_km',
  strip: true,
  compare: { at: '2023-03-19', windowDays: 365 },
  language: 'fa',
  calendar: 'persian',
  theme: 'dark',
  embed: true,
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
    const plain: View = { ...FULL, filter: { ...FULL.filter, text: 'drone' } };
    expect(formatView(plain)).toBe(
      'map=8.25/35.6/45.8123&at=46.18,35.52&radius=12.5km&category=clash,crossing-status&status=reported' +
        '&precision=town&country=IQ&text=drone&from=2022-01-01&to=2023-12-31&corridor=420-780.5,25km' +
        '&group=45.8853,35.9975&incident=iib-012&labels=ckb&sort=-border_km&strip=open' +
        '&compare=2023-03-19,365d&lang=fa&calendar=persian&theme=dark&embed=true',
    );
  });

  it.each<Area>([
    { kind: 'box', west: 45.1, south: 33, east: 46.25, north: 36.00001 },
    { kind: 'polygon', corners: [{ lng: 45, lat: 35 }, { lng: 46, lat: 35 }, { lng: 45.5, lat: 36.12345 }] },
    { kind: 'corridor', fromKm: 0, toKm: 1641.4, withinM: 500 },
  ])('keeps an area: $kind', (area) => {
    const view: View = { ...INITIAL_VIEW, filter: { ...INITIAL_VIEW.filter, area } };
    expect(parseView(formatView(view)).filter.area).toEqual(area);
  });

  it('keeps ids that need escaping', () => {
    const view: View = { ...INITIAL_VIEW, selected: { layer: 'crossings', id: 'a&b=c#d e/ف' } };
    expect(parseView(formatView(view)).selected).toEqual(view.selected);
  });

  it.each([
    'at=46.18', 'at=46.18,95', 'at=181,0', 'at=a,b', 'at=,', 'map=8/35', 'map=99/35/45',
    'radius=-5km', 'radius=0', 'radius=ten', 'from=2022-02-30', 'to=yesterday', 'labels=xx',
    'box=1,2,3', 'box=45,36,46,35', 'polygon=45,35,46,35', 'polygon=45,35,46,35,45', 'polygon=45,35,46,95,45,36',
    'corridor=780-420,25km', 'corridor=0-10', 'corridor=0-10,wide', 'compare=2023-02-30,365d', 'compare=2023-03-19',
    'compare=2023-03-19,0d', 'compare=2023-03-19,9999d', 'lang=xx', 'sort=title', 'theme=sepia', 'strip=yes', 'text= ',
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
