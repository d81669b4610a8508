// The View's form in the address (the fragment): legible and complete; what can't be read in it is told.

import { CATEGORIES, COUNTRIES, PRECISIONS, STATUSES } from '../api/types';
import {
  CALENDARS,
  CORNERS_MAX,
  EXTENT,
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
  type View,
} from './view';
import { Fragment, Wrong, type Unread } from './unread';

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
  const { from, to } = days(address);
  const view: View = {
    camera: address.read('map', parseCamera),
    point: address.read('at', parsePair),
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
    sort: address.oneOf('sort', SORTS),
    strip: address.oneOf('strip', ['open']) !== null,
    compare: address.read('compare', parseComparison),
    language: address.oneOf('lang', LANGUAGES),
    calendar: address.oneOf('calendar', CALENDARS),
    theme: address.oneOf('theme', THEMES),
    embed: address.oneOf('embed', ['true']) !== null,
  };
  return { view, unread: address.unread(), ...(address.spare && { spare: true }) };
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
  const read = (key: string): string | null => address.read(key, (text) => parseDay(text) ?? new Wrong('day', `${key}=2025-12-31`));
  const [from, to] = [read('from'), read('to')];
  if (from === null || to === null || from <= to) return { from, to };
  address.tell('from', `${from}&to=${to}`, 'days', [`from=${to}&to=${from}`]);
  return { from: null, to: null };
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
  const areas = [address.read('box', parseBox), address.read('polygon', parsePolygon), address.read('corridor', parseCorridor)];
  const [first, ...more] = areas.filter((read): read is Area => read !== null);
  for (const other of more) address.tell(other.kind, formatArea(other), 'areas');
  return first ?? null;
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
  if (!right) return new Wrong('camera', example);
  const onMap = lng >= EXTENT.west && lng <= EXTENT.east && lat >= EXTENT.south && lat <= EXTENT.north;
  return onMap ? { zoom, lat, lng } : new Wrong('camera.outside', example);
}

function parsePair(text: string): LngLat | Wrong {
  const [lng, lat] = numbers(text, ',', 2) ?? [];
  return lng !== undefined && lat !== undefined && onEarth(lng, lat) ? { lng, lat } : new Wrong('position', '45.95,35.62');
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
  if (west === undefined || south === undefined || east === undefined || north === undefined) return new Wrong('box', right);
  if (!onEarth(west, south) || !onEarth(east, north)) return new Wrong('box', right);
  return west < east && south < north ? { kind: 'box', west, south, east, north } : new Wrong('box.reversed', right);
}

function parsePolygon(text: string): Polygon | Wrong {
  const wrong = new Wrong('polygon', 'polygon=45,35,46,35,46,36');
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
  if (!match || withinM === null || withinM > RADIUS_M_MAX) return new Wrong('corridor', right);
  const [fromKm, toKm] = [Number(match[1]), Number(match[2])];
  return fromKm < toKm ? { kind: 'corridor', fromKm, toKm, withinM: clampRadius(withinM) } : new Wrong('corridor.reversed', right);
}

function parseComparison(text: string): Comparison | Wrong {
  const match = /^(\d{4}-\d{2}-\d{2}),(\d+)d$/.exec(text);
  const at = parseDay(match?.[1] ?? null);
  const windowDays = Number(match?.[2]);
  const right = at && windowDays >= 1 && windowDays <= WINDOW_DAYS_MAX;
  return right ? { at, windowDays } : new Wrong('compare', 'compare=2023-03-19,365d');
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

function formatPair(position: LngLat): string {
  return `${round(position.lng, 5)},${round(position.lat, 5)}`;
}
