// The View: everything that decides what is on the screen, and its form in the address (the fragment).

/** A position on the earth in degrees. */
export interface LngLat {
  readonly lng: number;
  readonly lat: number;
}

/** Where the camera stands. */
export interface Camera extends LngLat {
  readonly zoom: number;
}

/** Which incidents are asked for. Empty lists and nulls ask for all. */
export interface Filter {
  readonly categories: readonly string[];
  readonly statuses: readonly string[];
  /** First day, YYYY-MM-DD, inclusive. */
  readonly from: string | null;
  /** Last day, YYYY-MM-DD, inclusive. */
  readonly to: string | null;
}

/** One feature whose details are shown. */
export interface Selection {
  readonly layer: 'incidents' | 'crossings';
  readonly id: string;
}

/** In which language the map's labels are written; `local` is English over the place's own usage. */
export const LABELS = ['local', 'en', 'ar', 'fa', 'ckb'] as const;
export type Labels = (typeof LABELS)[number];

export interface View {
  readonly camera: Camera | null;
  readonly point: LngLat | null;
  readonly radiusM: number;
  readonly filter: Filter;
  readonly selected: Selection | null;
  /** A position that several incidents share, whose members are listed. */
  readonly group: LngLat | null;
  readonly labels: Labels;
}

/** The server's ceiling for a radius, and the least that makes sense for reported positions. */
export const RADIUS_M_MAX = 2_000_000;
export const RADIUS_M_MIN = 100;

export const NO_FILTER: Filter = { categories: [], statuses: [], from: null, to: null };

export const INITIAL_VIEW: View = {
  camera: null,
  point: null,
  radiusM: 25_000,
  filter: NO_FILTER,
  selected: null,
  group: null,
  labels: 'local',
};

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
  if (filter.from) put('from', filter.from);
  if (filter.to) put('to', filter.to);
  if (group) put('group', formatPair(group));
  if (selected) put(selected.layer === 'incidents' ? 'incident' : 'crossing', selected.id);
  if (view.labels !== INITIAL_VIEW.labels) put('labels', view.labels);
  return parts.join('&');
}

/** Reads a view from an address fragment. What can't be understood is as if it were not there. */
export function parseView(fragment: string): View {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  const incident = params.get('incident');
  const crossing = params.get('crossing');
  const labels = LABELS.find((known) => known === params.get('labels'));
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
      from: parseDay(params.get('from')),
      to: parseDay(params.get('to')),
    },
    selected,
    group: parsePair(params.get('group')),
    labels: labels ?? INITIAL_VIEW.labels,
  };
}

/** Whether two views ask for the same incidents. */
export function sameFilter(a: Filter, b: Filter): boolean {
  return (
    a.from === b.from &&
    a.to === b.to &&
    a.categories.join() === b.categories.join() &&
    a.statuses.join() === b.statuses.join()
  );
}

export function samePosition(a: LngLat | null, b: LngLat | null): boolean {
  return a === b || (a !== null && b !== null && a.lng === b.lng && a.lat === b.lat);
}

/** Five decimals are a metre: finer than any reported position. */
export function roundPosition(position: LngLat): LngLat {
  return { lng: round(position.lng, 5), lat: round(position.lat, 5) };
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

export function clampRadius(metres: number): number {
  return Math.round(Math.min(RADIUS_M_MAX, Math.max(RADIUS_M_MIN, metres)));
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

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
