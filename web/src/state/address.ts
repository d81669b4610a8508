// The View's form in the address (the fragment): legible and complete; what can't be read in it is told.

import { CATEGORIES, COUNTRIES, PRECISIONS, STATUSES } from '../api/types';
import {
  CALENDARS,
  CORNERS_MAX,
  INITIAL_VIEW,
  LABELS,
  LANGUAGES,
  RADIUS_M_MAX,
  RADIUS_M_MIN,
  SORTS,
  TEXT_MAX,
  THEMES,
  WINDOW_DAYS_MAX,
  borderEnd,
  clampRadius,
  isOnMap,
  round,
  type Area,
  type Box,
  type Camera,
  type Comparison,
  type Corridor,
  type Filter,
  type LngLat,
  type Polygon,
  type Selection,
  type Sort,
  type View,
} from './view';
import { calendarOfYear, dayOf, numbersOf } from './calendars';
import { exchanged, exchangedArea } from './coordinates';
import { Fragment, QUERY, Wrong, type Unread } from './unread';

/** Before this day nothing is asked about that is reported today. */
const EARLY = '1800-01-01';

/** Writes the view as an address fragment, leaving out what is as usual. */
export function formatView(view: View): string {
  const parts: string[] = [];
  const put = (key: string, value: string): void => {
    // Commas and slashes are legal in a fragment; kept plain, so that a person can read and edit it.
    parts.push(`${key}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%2F', '/')}`);
  };
  const { camera, point, filter, selected, group } = view;
  if (camera) put('map', `${round(camera.zoom, 2)}/${round(camera.lat, 4)}/${round(camera.lng, 4)}`);
  if (point) put('at', formatPair(point));
  if (view.radiusM !== INITIAL_VIEW.radiusM) put('radius', `${round(view.radiusM / 1000, 3)}km`);
  if (filter.categories.length) put('category', filter.categories.join(','));
  if (filter.statuses.length) put('status', filter.statuses.join(','));
  if (filter.precisions.length) put('precision', filter.precisions.join(','));
  if (filter.countries.length) put('country', filter.countries.join(','));
  if (filter.text) put('text', filter.text);
  if (filter.from) put('from', filter.from);
  if (filter.to) put('to', filter.to);
  if (filter.area) put(filter.area.kind, formatArea(filter.area));
  if (group) put('group', formatPair(group));
  if (selected) put(selected.layer === 'incidents' ? 'incident' : 'crossing', selected.id);
  if (view.labels) put('labels', view.labels);
  if (view.sort) put('sort', view.sort);
  if (view.strip) put('strip', 'open');
  if (view.compare) put('compare', `${view.compare.at},${view.compare.windowDays}d`);
  if (view.language) put('lang', view.language);
  if (view.calendar) put('calendar', view.calendar);
  if (view.theme) put('theme', view.theme);
  if (view.embed) put('embed', 'true');
  return parts.join('&');
}

/** A view as an address says it, and what of the address could not be read. */
export interface Read {
  readonly view: View;
  readonly unread: readonly Unread[];
  /** Whether the address says something that is so without it. */
  readonly spare?: boolean;
}

/** Reads a view from an address fragment. What can't be read is as if it were not there, and is told. */
export function parseView(fragment: string): Read {
  const address = new Fragment(fragment);
  const view = viewOf(address);
  return { view, unread: address.unread(), ...(address.spare && { spare: true }) };
}

/** A view with a part of an address in the place of what it says of the same. */
export function withPart(view: View, part: string): Read {
  const said = new Set(keysOf(part));
  const gone = (key: string): boolean => said.has(key) || ALONE.some((group) => group.includes(key) && group.some((other) => said.has(other)));
  const kept = formatView(view).split('&').filter((pair) => !gone(keyOf(pair)));
  const read = parseView([...kept, part].filter(Boolean).join('&'));
  return { view: read.view, unread: read.unread.filter(({ key }) => said.has(key)) };
}

/** Of what stands behind `?` the parts that would say something behind `#`; addresses of this page have the View there. */
export function unreadQuery(search: string): Unread[] {
  const meant = pairsOf(search).filter(isOfView).join('&');
  return meant ? [{ key: QUERY, value: meant, fault: 'query', right: [], offers: [meant] }] : [];
}

/** What stands behind `?` without what belongs behind `#`. */
export function withoutView(search: string): string {
  const rest = pairsOf(search).filter((pair) => !isOfView(pair)).join('&');
  return rest && `?${rest}`;
}

/** Of these there can be one. */
const ALONE: readonly (readonly string[])[] = [['box', 'polygon', 'corridor'], ['incident', 'crossing']];

function pairsOf(search: string): string[] {
  return search.replace(/^\?/, '').split('&').filter(Boolean);
}

function isOfView(pair: string): boolean {
  const nothing = new Fragment('');
  viewOf(nothing);
  return nothing.known.has(keyOf(pair)) && /=./.test(pair);
}

function keyOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

function keysOf(part: string): string[] {
  return part.split('&').map(keyOf);
}

function viewOf(address: Fragment): View {
  const { from, to } = days(address);
  const point = address.read('at', parsePair);
  return {
    camera: address.read('map', parseCamera),
    point,
    radiusM: radius(address),
    filter: {
      categories: address.some('category', CATEGORIES),
      statuses: address.some('status', STATUSES),
      precisions: address.some('precision', PRECISIONS),
      countries: address.some('country', COUNTRIES),
      text: text(address),
      area: area(address),
      from,
      to,
    },
    selected: selection(address),
    group: address.read('group', parsePair),
    labels: address.oneOf('labels', LABELS),
    sort: sort(address, point),
    strip: address.oneOf('strip', ['open']) !== null,
    compare: comparison(address),
    language: address.oneOf('lang', LANGUAGES),
    calendar: address.oneOf('calendar', CALENDARS),
    theme: address.oneOf('theme', THEMES),
    embed: address.oneOf('embed', ['true']) !== null,
  };
}

/**
 * A view whose corridor lies on a border of a length, and what of it didn't: the length is known only when the line has
 * come.
 */
export function withinBorder(view: View, lengthKm: number): Read | null {
  const { area } = view.filter;
  const km = borderEnd(lengthKm);
  if (area?.kind !== 'corridor' || area.toKm <= km) return null;
  const beyond = area.fromKm >= km;
  const kept: Area | null = beyond ? null : { ...area, toKm: km };
  const told: Unread = { key: 'corridor', value: formatArea(area), fault: beyond ? 'corridor.beyond' : 'corridor.end', right: [], km };
  return { view: { ...view, filter: { ...view.filter, area: kept } }, unread: [told] };
}

/** Days in their order; of two that are not, neither counts. */
function days(address: Fragment): Pick<Filter, 'from' | 'to'> {
  const read = (key: string): string | null => address.read(key, (text) => parseDay(text) ?? notGregorian(`${key}=`, text));
  const [from, to] = [read('from'), read('to')];
  if (from === null || to === null || from <= to) {
    for (const [key, day] of [['from', from], ['to', to]] as const) if (day !== null) tellEarly(address, key, day);
    return { from, to };
  }
  const [first, last] = [iranian(from) ?? from, iranian(to) ?? to];
  const meant = first <= last ? [`from=${first}&to=${last}`] : [];
  address.tell('from', `${from}&to=${to}`, 'days', [`from=${to}&to=${from}`], meant);
  return { from: null, to: null };
}

/** Days of links are Gregorian. The one that the same numbers are in the Iranian calendar, where only there their year makes sense. */
function iranian(iso: string): string | null {
  const numbers = numbersOf(iso);
  return numbers && calendarOfYear(numbers.year, 'gregory') && dayOf(numbers, 'persian');
}

function notGregorian(before: string, text: string): Wrong {
  const day = iranian(text);
  return day ? new Wrong('day.other', [], [`${before}${day}`]) : new Wrong('day', [`${before}2025-12-31`]);
}

/** A day before the times that are asked about holds, and is told: the Iranian calendar may have been meant. */
function tellEarly(address: Fragment, key: string, day: string, after = ''): void {
  const meant = iranian(day);
  if (day < EARLY) address.tell(key, `${day}${after}`, 'day.early', [], meant ? [`${key}=${meant}${after}`] : []);
}

/** Without a point there is no distance to order by. */
function sort(address: Fragment, point: LngLat | null): Sort | null {
  const read = address.oneOf('sort', SORTS);
  if (read !== 'distance' || point) return read;
  address.tell('sort', read, 'sort.distance');
  return null;
}

/** What the server doesn't take becomes the nearest that it does. */
function radius(address: Fragment): number {
  const text = address.text('radius');
  const metres = text === null ? INITIAL_VIEW.radiusM : parseMetres(text);
  if (metres === null || text === null) {
    if (text !== null) address.tell('radius', text, 'radius', ['radius=25km', 'radius=800m']);
    return INITIAL_VIEW.radiusM;
  }
  const held = clampRadius(metres);
  if (metres < RADIUS_M_MIN || metres > RADIUS_M_MAX) address.tell('radius', text, 'radius.range', [`radius=${round(held / 1000, 3)}km`]);
  return held;
}

function text(address: Fragment): string | null {
  const words = address.words('text') ?? '';
  if (words.length > TEXT_MAX) address.tell('text', words, 'text');
  return words.slice(0, TEXT_MAX) || null;
}

/** One area at most: of several the first counts. */
function area(address: Fragment): Area | null {
  const areas = [address.read('box', parseBox), address.read('polygon', parsePolygon), corridor(address)];
  const [first, ...more] = areas.filter((read): read is Area => read !== null);
  for (const other of more) address.tell(other.kind, formatArea(other), 'areas');
  const swapped = first && exchangedArea(first);
  if (swapped) address.tell(first.kind, formatArea(first), 'swapped', [], [`${first.kind}=${formatArea(swapped)}`]);
  return first ?? null;
}

/** A width that can't be asked becomes the nearest that can, as a radius does. */
function corridor(address: Fragment): Corridor | null {
  const read = address.read('corridor', parseCorridor);
  if (!read) return null;
  const held = { ...read, withinM: clampRadius(read.withinM) };
  if (read.withinM < RADIUS_M_MIN || read.withinM > RADIUS_M_MAX) address.tell('corridor', formatArea(read), 'corridor.width', [`corridor=${formatArea(held)}`]);
  return held;
}

function selection(address: Fragment): Selection | null {
  const [incident, crossing] = [address.text('incident'), address.text('crossing')];
  if (incident && crossing) address.tell('crossing', crossing, 'chosen');
  for (const [key, id] of [['incident', incident], ['crossing', crossing]] as const) if (id?.trim() === '') address.tell(key, id, 'missing');
  if (incident?.trim()) return { layer: 'incidents', id: incident };
  return crossing?.trim() ? { layer: 'crossings', id: crossing } : null;
}

/** A real day of the calendar, or null. */
export function parseDay(text: string | null): string | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  // 30 February becomes 2 March: only what comes back unchanged was a day.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function parseCamera(text: string): Camera | Wrong {
  const [zoom, lat, lng] = numbers(text, '/', 3) ?? [];
  const example = 'map=8/35.5/45.9';
  const right = zoom !== undefined && lat !== undefined && lng !== undefined && zoom >= 0 && zoom <= 24 && onEarth(lng, lat);
  if (!right) return new Wrong('camera', [example]);
  if (isOnMap({ lng, lat })) return { zoom, lat, lng };
  return new Wrong('camera.outside', [example], isOnMap(exchanged({ lng, lat })) ? [`map=${zoom}/${lng}/${lat}`] : []);
}

function parsePair(text: string): LngLat | Wrong {
  const [lng, lat] = numbers(text, ',', 2) ?? [];
  return lng !== undefined && lat !== undefined && onEarth(lng, lat) ? { lng, lat } : new Wrong('position', ['45.95,35.62']);
}

/** A length above nothing; without a unit it is in metres. */
function parseMetres(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(km|m)?$/.exec(text);
  if (!match) return null;
  const metres = Number(match[1]) * (match[2] === 'km' ? 1000 : 1);
  return metres > 0 ? metres : null;
}

function parseBox(text: string): Box | Wrong {
  const right = 'box=45,35,46,36';
  const [west, south, east, north] = numbers(text, ',', 4) ?? [];
  if (west === undefined || south === undefined || east === undefined || north === undefined) return new Wrong('box', [right]);
  if (!onEarth(west, south) || !onEarth(east, north)) return new Wrong('box', [right]);
  return west < east && south < north ? { kind: 'box', west, south, east, north } : new Wrong('box.reversed', [right]);
}

function parsePolygon(text: string): Polygon | Wrong {
  const wrong = new Wrong('polygon', ['polygon=45,35,46,35,46,36']);
  const count = text.split(',').length;
  if (count < 6 || count % 2 || count > 2 * CORNERS_MAX) return wrong;
  const values = numbers(text, ',', count);
  if (!values) return wrong;
  const corners = Array.from({ length: count / 2 }, (_, i) => ({ lng: values[2 * i] ?? NaN, lat: values[2 * i + 1] ?? NaN }));
  return corners.every(({ lng, lat }) => onEarth(lng, lat)) ? { kind: 'polygon', corners } : wrong;
}

/** As in `corridor=420-780,25km`: two kilometres of the border and how far beside it. */
function parseCorridor(text: string): Corridor | Wrong {
  const right = 'corridor=420-780,25km';
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?),(.+)$/.exec(text);
  const withinM = parseMetres(match?.[3] ?? '');
  if (!match || withinM === null) return new Wrong('corridor', [right]);
  const [fromKm, toKm] = [Number(match[1]), Number(match[2])];
  return fromKm < toKm ? { kind: 'corridor', fromKm, toKm, withinM } : new Wrong('corridor.reversed', [right]);
}

function comparison(address: Fragment): Comparison | null {
  const read = address.read('compare', parseComparison);
  if (read) tellEarly(address, 'compare', read.at, `,${read.windowDays}d`);
  return read;
}

function parseComparison(text: string): Comparison | Wrong {
  const [, at = '', days] = /^(\d{4}-\d{2}-\d{2}),(\d+)d$/.exec(text) ?? [];
  const [day, windowDays] = [parseDay(at), Number(days)];
  const right = windowDays >= 1 && windowDays <= WINDOW_DAYS_MAX;
  if (day && right) return { at: day, windowDays };
  const meant = right ? iranian(at) : null;
  return meant ? new Wrong('day.other', [], [`compare=${meant},${windowDays}d`]) : new Wrong('compare', ['compare=2023-03-19,365d']);
}

function formatArea(area: Area): string {
  switch (area.kind) {
    case 'box':
      return [area.west, area.south, area.east, area.north].map((degrees) => round(degrees, 5)).join();
    case 'polygon':
      return area.corners.map(formatPair).join();
    case 'corridor':
      return `${round(area.fromKm, 1)}-${round(area.toKm, 1)},${round(area.withinM / 1000, 3)}km`;
  }
}

function numbers(text: string, separator: string, count: number): number[] | null {
  const parts = text.split(separator);
  if (parts.length !== count || parts.some((part) => part.trim() === '')) return null;
  const values = parts.map(Number);
  return values.every(Number.isFinite) ? values : null;
}

function onEarth(lng: number, lat: number): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}

export function formatPair(position: LngLat): string {
  return `${round(position.lng, 5)},${round(position.lat, 5)}`;
}
