// The View and the address say the same.

import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../src/api/types';
import { formatView, parseDay, parseView, unreadQuery, withPart, withinBorder, withoutView } from '../src/state/address';
import type { Fault } from '../src/state/unread';
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
    expect(parseView('')).toEqual({ view: INITIAL_VIEW, unread: [] });
  });

  it('comes back from the address as it went in', () => {
    expect(parseView(formatView(FULL))).toEqual({ view: FULL, unread: [] });
    expect(parseView(`#${formatView(FULL)}`)).toEqual({ view: FULL, unread: [] });
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
    expect(parseView(formatView(view)).view.filter.area).toEqual(area);
  });

  it('keeps ids that need escaping', () => {
    const view: View = { ...INITIAL_VIEW, selected: { layer: 'crossings', id: 'a&b=c#d e/ف' } };
    expect(parseView(formatView(view)).view.selected).toEqual(view.selected);
  });

  it('takes empty words for none, and knows that the address need not say so', () => {
    expect(parseView('text=%20')).toEqual({ view: INITIAL_VIEW, unread: [], spare: true });
    expect(parseView('text=oil').spare).toBeUndefined();
  });

  it('takes a list written as in a query', () => {
    expect(parseView('category=clash&category=strike,clash')).toMatchObject({ view: { filter: { categories: ['clash', 'strike'] } }, unread: [] });
  });

  it('knows real days', () => {
    expect(parseDay('2024-02-29')).toBe('2024-02-29');
    expect(parseDay('2023-02-29')).toBeNull();
  });
});

describe('what cannot be read in an address', () => {
  it.each<[string, Fault]>([
    ['at=46.18', 'position'], ['at=46.18,95', 'position'], ['at=181,0', 'position'], ['at=a,b', 'position'], ['at=,', 'position'],
    ['group=46', 'position'], ['map=8/35', 'camera'], ['map=99/35/45', 'camera'], ['map=8/95/45', 'camera'], ['map=8/0/0', 'camera.outside'],
    ['radius=-5km', 'radius'], ['radius=0', 'radius'], ['radius=ten', 'radius'], ['radius=12,5km', 'radius'],
    ['from=2022-02-30', 'day'], ['from=2025-13-45', 'day'], ['to=yesterday', 'day'],
    ['labels=xx', 'choice'], ['lang=xx', 'choice'], ['sort=title', 'choice'], ['theme=sepia', 'choice'], ['calendar=mayan', 'choice'],
    ['strip=yes', 'choice'], ['embed=1', 'choice'], ['category=clash-', 'choice'], ['status=true', 'choice'], ['precision=near', 'choice'], ['country=TR', 'choice'],
    ['box=1,2,3', 'box'], ['box=45,36,46,a', 'box'], ['box=45,36,46,95', 'box'], ['box=46,36,45,35', 'box.reversed'], ['box=45,36,46,35', 'box.reversed'],
    ['polygon=45,35,46,35', 'polygon'], ['polygon=45,35,46,35,45', 'polygon'], ['polygon=45,35,46,95,45,36', 'polygon'],
    ['corridor=780-420,25km', 'corridor.reversed'], ['corridor=0-10', 'corridor'], ['corridor=0-10,wide', 'corridor'],
    ['compare=2023-02-30,365d', 'compare'], ['compare=2023-03-19', 'compare'], ['compare=2023-03-19,0d', 'compare'], ['compare=2023-03-19,9999d', 'compare'],
    ['at=', 'position'], ['group=', 'position'], ['map=', 'camera'], ['radius=', 'radius'], ['from=', 'day'], ['to=%20', 'day'],
    ['labels=', 'choice'], ['lang=', 'choice'], ['strip=', 'choice'], ['embed=', 'choice'],
    ['category=', 'choice'], ['status=', 'choice'], ['precision=,', 'choice'], ['country=', 'choice'],
    ['box=', 'box'], ['polygon=', 'polygon'], ['corridor=', 'corridor'], ['compare=', 'compare'], ['incident=', 'missing'], ['crossing=%20', 'missing'],
    ['results', 'key'], ['bbox=45,35,46,36', 'key'], ['Category=clash', 'key'],
  ])('is told, and the rest kept: %s', (part, fault) => {
    const { view, unread } = parseView(`text=drone&${part}&sort=-date`);
    const [key = '', value = ''] = part.split('=').map(decodeURIComponent);
    if (key !== 'sort') expect(view).toEqual({ ...INITIAL_VIEW, filter: { ...INITIAL_VIEW.filter, text: 'drone' }, sort: '-date' });
    expect(unread[0]).toMatchObject(key === 'sort' ? { key, value: '-date', fault: 'twice' } : { key, value, fault });
    expect(unread.length).toBe(key === 'sort' ? 2 : 1);
  });

  it('is one value of a list, and the others count', () => {
    const { view, unread } = parseView('category=clash,war,strike');
    expect(view.filter.categories).toEqual(['clash', 'strike']);
    expect(unread).toEqual([{ key: 'category', value: 'war', fault: 'choice', right: [...CATEGORIES] }]);
  });

  it('are days in the wrong order: neither counts', () => {
    const { view, unread } = parseView('from=2025-06-01&to=2024-01-01');
    expect([view.filter.from, view.filter.to]).toEqual([null, null]);
    expect(unread).toEqual([{ key: 'from', value: '2025-06-01&to=2024-01-01', fault: 'days', right: ['from=2024-01-01&to=2025-06-01'] }]);
  });

  it('is a radius beyond what the server takes: the nearest counts', () => {
    expect(parseView('radius=9000km')).toMatchObject({ view: { radiusM: 2_000_000 }, unread: [{ fault: 'radius.range', right: ['radius=2000km'] }] });
    expect(parseView('radius=1m')).toMatchObject({ view: { radiusM: 100 }, unread: [{ fault: 'radius.range' }] });
    expect(parseView('radius=500')).toMatchObject({ view: { radiusM: 500 }, unread: [] });
  });

  it('is a corridor wider or narrower than can be asked: the nearest counts, as the field has it', () => {
    const corridor = (width: string): unknown => parseView(`corridor=100-200,${width}`);
    expect(corridor('9000km')).toMatchObject({ view: { filter: { area: { withinM: 2_000_000 } } }, unread: [{ fault: 'corridor.width', right: ['corridor=100-200,2000km'] }] });
    expect(corridor('50m')).toMatchObject({ view: { filter: { area: { withinM: 100 } } }, unread: [{ fault: 'corridor.width', right: ['corridor=100-200,0.1km'] }] });
    expect(corridor('1000km')).toMatchObject({ view: { filter: { area: { withinM: 1_000_000 } } }, unread: [] });
  });

  it('is an order by distance without a point', () => {
    expect(parseView('sort=distance')).toMatchObject({ view: { sort: null }, unread: [{ key: 'sort', value: 'distance', fault: 'sort.distance' }] });
    expect(parseView('sort=distance&at=45,35')).toMatchObject({ view: { sort: 'distance' }, unread: [] });
  });

  it.each([
    ['text=%E0%A4%A', '%E0%A4%A', []], ['text=%FF', '%FF', []], ['text=50%', '50%', ['text=50%25']], ['text=50%+and%20more', '50%+and%20more', ['text=50%25+and%20more']],
  ])('is what percent signs make of it: %s', (part, value, right) => {
    expect(parseView(`${part}&category=clash`)).toEqual({
      view: { ...INITIAL_VIEW, filter: { ...INITIAL_VIEW.filter, categories: ['clash'] } },
      unread: [{ key: 'text', value, fault: 'encoding', right }],
    });
  });

  it('is what comes twice, or more of what there can be one of', () => {
    expect(parseView('at=45,35&at=46,36')).toMatchObject({ view: { point: { lng: 45, lat: 35 } }, unread: [{ key: 'at', value: '46,36', fault: 'twice' }] });
    expect(parseView('corridor=1-9,5km&box=45,35,46,36')).toMatchObject({ view: { filter: { area: { kind: 'box' } } }, unread: [{ key: 'corridor', fault: 'areas' }] });
    expect(parseView('incident=a&crossing=b')).toMatchObject({ view: { selected: { id: 'a' } }, unread: [{ key: 'crossing', value: 'b', fault: 'chosen' }] });
  });

  it('is a text that is too long: its beginning counts', () => {
    expect(parseView(`text=${'x'.repeat(600)}`)).toMatchObject({ view: { filter: { text: 'x'.repeat(500) } }, unread: [{ fault: 'text' }] });
  });

  it('is a corridor beyond the border, once its length is known', () => {
    const held = (corridor: string): ReturnType<typeof withinBorder> => withinBorder(parseView(`corridor=${corridor}`).view, 1641.37);
    expect(held('5000-9000,50km')).toMatchObject({ view: { filter: { area: null } }, unread: [{ fault: 'corridor.beyond', value: '5000-9000,50km', km: 1641.4 }] });
    expect(held('1500-9000,50km')).toMatchObject({ view: { filter: { area: { fromKm: 1500, toKm: 1641.4 } } }, unread: [{ fault: 'corridor.end' }] });
    expect(held('1500-1641.9,50km')).toMatchObject({ view: { filter: { area: { toKm: 1641.4 } } }, unread: [{ fault: 'corridor.end', km: 1641.4 }] });
    expect(held('0-1641.4,50km')).toBeNull();
    expect(withinBorder(INITIAL_VIEW, 1641.37)).toBeNull();
  });

  it.each(['from=2025-12-31', 'map=8/35.5/45.9', 'radius=25km', 'box=45,35,46,36', 'polygon=45,35,46,35,46,36', 'corridor=420-780,25km', 'compare=2023-03-19,365d'])(
    'has an example that can be read: %s', (example) => { expect(parseView(example).unread).toEqual([]); },
  );
});

describe('what may be meant otherwise in an address', () => {
  it.each<[string, Fault, string[], boolean]>([
    // Days are Gregorian; what the Iranian calendar would make of them is offered.
    ['from=1403-01-01', 'day.early', ['from=2024-03-20'], true], ['to=1402-12-29', 'day.early', ['to=2024-03-19'], true],
    ['from=1403-02-31', 'day.other', ['from=2024-05-20'], false], ['to=1639-05-17', 'day.early', [], true],
    ['compare=1402-01-01,90d', 'day.early', ['compare=2023-03-21,90d'], true], ['compare=1403-02-31,90d', 'day.other', ['compare=2024-05-20,90d'], false],
    // Numbers that lie in the region only with longitude and latitude exchanged.
    ['box=35,45,36,47', 'swapped', ['box=45,35,47,36'], true], ['polygon=35,45,35,46,36,46', 'swapped', ['polygon=45,35,46,35,46,36'], true],
    ['map=6/45/35', 'camera.outside', ['map=6/35/45'], false],
  ])('is told with what may be taken instead: %s', (part, fault, offers, holds) => {
    const { view, unread } = parseView(part);
    const [key = '', value = ''] = part.split('=');
    expect(unread).toHaveLength(1);
    expect(unread[0]).toMatchObject({ key, value, fault });
    expect(unread[0]?.offers ?? []).toEqual(offers);
    expect(formatView(view)).toBe(holds ? part : '');
    for (const offer of offers) expect(parseView(offer)).toMatchObject({ unread: [] });
  });

  it.each(['from=1800-01-01', 'box=45,35,47,36', 'box=10,20,11,21', 'polygon=45,35,46,35,46,36', 'corridor=35-45,5km'])('is not %s', (part) => {
    expect(parseView(part).unread).toEqual([]);
  });

  it('is a pair of days in the wrong order, one of which is Iranian', () => {
    expect(parseView('from=2024-01-01&to=1403-01-01')).toMatchObject({
      view: { filter: { from: null, to: null } }, unread: [{ fault: 'days', offers: ['from=2024-01-01&to=2024-03-20'] }],
    });
  });

  it('takes the place of what the view says of the same, and of what it excludes', () => {
    const { view } = parseView('text=drone&from=1403-01-01&corridor=1-9,5km&crossing=a');
    expect(formatView(withPart(view, 'from=2024-03-20').view)).toBe('text=drone&from=2024-03-20&corridor=1-9,5km&crossing=a');
    expect(formatView(withPart(view, 'box=45,35,46,36&incident=b').view)).toBe('text=drone&from=1403-01-01&box=45,35,46,36&incident=b');
    // Only what was taken is told of.
    expect(withPart(view, 'category=war').unread).toMatchObject([{ key: 'category', value: 'war', fault: 'choice' }]);
  });
});

describe('what stands behind ? and belongs behind #', () => {
  it('is told and offered, and nothing else is', () => {
    expect(unreadQuery('?category=clash&inspect&from=2024-01-01&utm_source=x')).toEqual([
      { key: '?', value: 'category=clash&from=2024-01-01', fault: 'query', right: [], offers: ['category=clash&from=2024-01-01'] },
    ]);
    expect(unreadQuery('?inspect&utm_source=x')).toEqual([]);
    expect(unreadQuery('')).toEqual([]);
  });

  it('goes from there when it is taken', () => {
    expect(withoutView('?inspect&category=clash&utm_source=x')).toBe('?inspect&utm_source=x');
    expect(withoutView('?category=clash')).toBe('');
  });
});
