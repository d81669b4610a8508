// The View's form in the address (the fragment): legible, complete, and forgiving of what it can't understand.

import {
  CALENDARS,
  CORNERS_MAX,
  INITIAL_VIEW,
  LABELS,
  LANGUAGES,
  SORTS,
  THEMES,
  WINDOW_DAYS_MAX,
  clampRadius,
  round,
  type Area,
  type Box,
  type Camera,
  type Comparison,
  type Corridor,
  type LngLat,
  type Polygon,
  type Selection,
  type View,
} from './view';

/** As many characters as the server's text search takes. */
const TEXT_MAX = 500;

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
  if (view.labels !== INITIAL_VIEW.labels) put('labels', view.labels);
  if (view.sort) put('sort', view.sort);
  if (view.strip) put('strip', 'open');
  if (view.compare) put('compare', `${view.compare.at},${view.compare.windowDays}d`);
  if (view.language) put('lang', view.language);
  if (view.calendar) put('calendar', view.calendar);
  if (view.theme) put('theme', view.theme);
  if (view.embed) put('embed', 'true');
  return parts.join('&');
}

/** Reads a view from an address fragment. What can't be understood is as if it were not there. */
export function parseView(fragment: string): View {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  const incident = params.get('incident');
  const crossing = params.get('crossing');
  let selected: Selection | null = null;
  if (incident) selected = { layer: 'incidents', id: incident };
  else if (crossing) selected = { layer: 'crossings', id: crossing };
  return {
    camera: parseCamera(params.get('map')),
    point: parsePair(params.get('at')),
    radiusM: parseRadius(params.get('radius')) ?? INITIAL_VIEW.radiusM,
    filter: {
      categories: list(params.get('category')),
      statuses: list(params.get('status')),
      precisions: list(params.get('precision')),
      countries: list(params.get('country')),
      text: params.get('text')?.trim().slice(0, TEXT_MAX) || null,
      area: parseBox(params.get('box')) ?? parsePolygon(params.get('polygon')) ?? parseCorridor(params.get('corridor')),
      from: parseDay(params.get('from')),
      to: parseDay(params.get('to')),
    },
    selected,
    group: parsePair(params.get('group')),
    labels: oneOf(LABELS, params.get('labels')) ?? INITIAL_VIEW.labels,
    sort: oneOf(SORTS, params.get('sort')),
    strip: params.get('strip') === 'open',
    compare: parseComparison(params.get('compare')),
    language: oneOf(LANGUAGES, params.get('lang')),
    calendar: oneOf(CALENDARS, params.get('calendar')),
    theme: oneOf(THEMES, params.get('theme')),
    embed: params.get('embed') === 'true',
  };
}

/** A real day of the calendar, or null. */
export function parseDay(text: string | null): string | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  // 30 February becomes 2 March: only what comes back unchanged was a day.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function parseCamera(text: string | null): Camera | null {
  const [zoom, lat, lng] = numbers(text, '/', 3) ?? [];
  if (zoom === undefined || lat === undefined || lng === undefined) return null;
  return zoom >= 0 && zoom <= 24 && onEarth(lng, lat) ? { zoom, lat, lng } : null;
}

function parsePair(text: string | null): LngLat | null {
  const [lng, lat] = numbers(text, ',', 2) ?? [];
  return lng !== undefined && lat !== undefined && onEarth(lng, lat) ? { lng, lat } : null;
}

function parseRadius(text: string | null): number | null {
  const match = /^(\d+(?:\.\d+)?)(km|m)?$/.exec(text ?? '');
  if (!match) return null;
  const metres = Number(match[1]) * (match[2] === 'km' ? 1000 : 1);
  return metres > 0 ? clampRadius(metres) : null;
}

function parseBox(text: string | null): Box | null {
  const [west, south, east, north] = numbers(text, ',', 4) ?? [];
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
  return onEarth(west, south) && onEarth(east, north) && south <= north ? { kind: 'box', west, south, east, north } : null;
}

function parsePolygon(text: string | null): Polygon | null {
  const count = (text ?? '').split(',').length;
  if (count < 6 || count % 2 || count > 2 * CORNERS_MAX) return null;
  const values = numbers(text, ',', count);
  if (!values) return null;
  const corners = Array.from({ length: count / 2 }, (_, i) => ({ lng: values[2 * i] ?? NaN, lat: values[2 * i + 1] ?? NaN }));
  return corners.every(({ lng, lat }) => onEarth(lng, lat)) ? { kind: 'polygon', corners } : null;
}

/** As in `corridor=420-780,25km`: two kilometres of the border and how far beside it. */
function parseCorridor(text: string | null): Corridor | null {
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?),(.+)$/.exec(text ?? '');
  const withinM = parseRadius(match?.[3] ?? null);
  if (!match || withinM === null) return null;
  const [fromKm, toKm] = [Number(match[1]), Number(match[2])];
  return fromKm < toKm ? { kind: 'corridor', fromKm, toKm, withinM } : null;
}

function parseComparison(text: string | null): Comparison | null {
  const match = /^(\d{4}-\d{2}-\d{2}),(\d+)d$/.exec(text ?? '');
  const at = parseDay(match?.[1] ?? null);
  const windowDays = Number(match?.[2]);
  return at && windowDays >= 1 && windowDays <= WINDOW_DAYS_MAX ? { at, windowDays } : null;
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

function oneOf<T extends string>(known: readonly T[], text: string | null): T | null {
  return known.find((value) => value === text) ?? null;
}

function numbers(text: string | null, separator: string, count: number): number[] | null {
  const parts = (text ?? '').split(separator);
  if (parts.length !== count || parts.some((part) => part.trim() === '')) return null;
  const values = parts.map(Number);
  return values.every(Number.isFinite) ? values : null;
}

function onEarth(lng: number, lat: number): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}

function list(text: string | null): string[] {
  return text ? [...new Set(text.split(',').filter(Boolean))] : [];
}

function formatPair(position: LngLat): string {
  return `${round(position.lng, 5)},${round(position.lat, 5)}`;
}
