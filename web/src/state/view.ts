// The View: everything that decides what is on the screen. address.ts writes and reads it.

/** A position on the earth in degrees. */
export interface LngLat {
  readonly lng: number;
  readonly lat: number;
}

/** Where the camera stands. */
export interface Camera extends LngLat {
  readonly zoom: number;
}

/** The part of the map that is asked about, where it isn't a circle. */
export type Area = Box | Polygon | Corridor;

/** Degrees, west of east and south of north. */
export interface Box {
  readonly kind: 'box';
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Corners in the order drawn; the first isn't repeated at the end. */
export interface Polygon {
  readonly kind: 'polygon';
  readonly corners: readonly LngLat[];
}

/** What lies beside the border between two of its kilometres, no farther than a distance. */
export interface Corridor {
  readonly kind: 'corridor';
  readonly fromKm: number;
  readonly toKm: number;
  readonly withinM: number;
}

/** Which incidents are asked for. Empty lists and nulls ask for all. */
export interface Filter {
  readonly categories: readonly string[];
  readonly statuses: readonly string[];
  readonly precisions: readonly string[];
  readonly countries: readonly string[];
  /** Words to be found in title, summary or place. */
  readonly text: string | null;
  readonly area: Area | null;
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

/** The languages of the interface. */
export const LANGUAGES = ['en', 'ar', 'fa', 'ckb'] as const;
export type Language = (typeof LANGUAGES)[number];

export const CALENDARS = ['gregory', 'persian'] as const;
export type Calendar = (typeof CALENDARS)[number];

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How the list is ordered; a leading minus turns the order round. */
export const SORTS = ['distance', '-date', 'date', 'border_km', '-border_km'] as const;
export type Sort = (typeof SORTS)[number];

/** What the time before a day is compared with: as many days before it as after. */
export interface Comparison {
  /** YYYY-MM-DD, the first day of the time after. */
  readonly at: string;
  readonly windowDays: number;
}

export interface View {
  readonly camera: Camera | null;
  readonly point: LngLat | null;
  readonly radiusM: number;
  readonly filter: Filter;
  readonly selected: Selection | null;
  /** A position that several incidents share, whose members are listed. */
  readonly group: LngLat | null;
  /** Null is what the device remembers. */
  readonly labels: Labels | null;
  /** Null is the nearest first where there is a point, and the newest first where there is none. */
  readonly sort: Sort | null;
  /** Whether the border strip (kilometre by time) is open. */
  readonly strip: boolean;
  readonly compare: Comparison | null;
  /** Null is what the device remembers, else what the browser asks for. */
  readonly language: Language | null;
  /** Null is what the device remembers, else the usual one of the language. */
  readonly calendar: Calendar | null;
  /** Null is what the device remembers, else as the system has it. */
  readonly theme: Theme | null;
  /** Shown inside somebody's page: the map alone, with a link to the whole. */
  readonly embed: boolean;
}

/** The server's ceiling for a radius, and the least that makes sense for reported positions. */
export const RADIUS_M_MAX = 2_000_000;
export const RADIUS_M_MIN = 100;

/** Where the base map has data; beyond it there would be nothing to see. */
export const EXTENT: Box = { kind: 'box', west: 40, south: 28, east: 56, north: 41 };

/** Whether the map has ground there. */
export function isOnMap({ lng, lat }: LngLat): boolean {
  return lng >= EXTENT.west && lng <= EXTENT.east && lat >= EXTENT.south && lat <= EXTENT.north;
}

/** As many characters as the server's text search takes. */
export const TEXT_MAX = 500;
/** More corners than a hand draws, and an address that every browser keeps. */
export const CORNERS_MAX = 200;
/** The longest window that is compared; the data cover less. */
export const WINDOW_DAYS_MAX = 3_650;

export const NO_FILTER: Filter = {
  categories: [],
  statuses: [],
  precisions: [],
  countries: [],
  text: null,
  area: null,
  from: null,
  to: null,
};

export const INITIAL_VIEW: View = {
  camera: null,
  point: null,
  radiusM: 25_000,
  filter: NO_FILTER,
  selected: null,
  group: null,
  labels: null,
  sort: null,
  strip: false,
  compare: null,
  language: null,
  calendar: null,
  theme: null,
  embed: false,
};

/** Whether two views ask for the same incidents. */
export function sameFilter(a: Filter, b: Filter): boolean {
  return (
    a.from === b.from &&
    a.to === b.to &&
    a.categories.join() === b.categories.join() &&
    a.statuses.join() === b.statuses.join() &&
    a.precisions.join() === b.precisions.join() &&
    a.countries.join() === b.countries.join() &&
    a.text === b.text &&
    sameArea(a.area, b.area)
  );
}

export function sameArea(a: Area | null, b: Area | null): boolean {
  return a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));
}

export function samePosition(a: LngLat | null, b: LngLat | null): boolean {
  return a === b || (a !== null && b !== null && a.lng === b.lng && a.lat === b.lat);
}

/** Five decimals are a metre: finer than any reported position. */
export function roundPosition(position: LngLat): LngLat {
  return { lng: round(position.lng, 5), lat: round(position.lat, 5) };
}

export function clampRadius(metres: number): number {
  return Math.round(Math.min(RADIUS_M_MAX, Math.max(RADIUS_M_MIN, metres)));
}

/** Where a border of such a length ends, as it is said and asked everywhere. */
export function borderEnd(lengthKm: number): number {
  return round(lengthKm, 1);
}

/** A number with at most so many decimals. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
