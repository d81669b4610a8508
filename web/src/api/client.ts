// Asks the API; every failure becomes an ApiError, with why the server refused where it did.

import type { Feature } from 'geojson';
import { t } from '../i18n';
import type { Comparison, Filter, LngLat } from '../state/view';
import { readable, toParams, type Question } from './query';
import { connection } from './connection';
import { patiently } from './patience';
import { readRefusal, type Refusal } from './problem';
import type { Collection, Compared, Crossing, Interval, Located, MarkedIncident, MarkedProperties, Page, Profile } from './types';

export class ApiError extends Error {
  /** Null where there was no answer that told a reason; the message then is in the reader's language. */
  readonly refusal: Refusal | null;

  constructor(message: string, refusal: Refusal | null = null) {
    super(message);
    this.name = 'ApiError';
    this.refusal = refusal;
  }
}

/** No answer at all: of the network, of the server, or of what stands between. */
export class Unreachable extends ApiError {
  constructor() {
    super(t('error.unreachable'));
    this.name = 'Unreachable';
  }
}

/** What a proxy answers for a server that is away. */
const GATEWAY = [502, 503, 504];

/** The most that one page may hold; a layer for drawing is one page unless somebody imported more. */
const LIMIT_MAX = 10_000;
/** More of a layer than this nobody can read on a map that draws it whole. */
const FEATURES_MAX = 50_000;

const MARKED: readonly (keyof MarkedProperties)[] = [
  'title', 'category', 'status', 'date', 'date_precision', 'place', 'admin1', 'country', 'border_km', 'position_uncertainty_m',
];

/** The longest bin that the server takes, longer than the border. */
export const BIN_KM_MAX = 2000;

/** A whole layer, following `next` until its end; of its properties all, or only the fields wanted. */
export async function wholeLayer<F extends Feature>(layer: string, fields: readonly string[] = [], signal?: AbortSignal): Promise<F[]> {
  const address = `api/collections/${layer}/items`;
  const features: F[] = [];
  let query: string | null = `?limit=${LIMIT_MAX}${fields.length ? `&properties=${fields.join()}` : ''}`;
  while (query !== null && features.length < FEATURES_MAX) {
    const answer: Page<F> = await page<F>(`${address}${query}`, signal);
    features.push(...answer.features);
    query = nextQuery(answer);
  }
  return features;
}

/** The question of the page after this one. Only that is taken from the link: behind a proxy its host may not be the page's own. */
export function nextQuery({ links }: Pick<Page, 'links'>): string | null {
  const href = links?.find(({ rel }) => rel === 'next')?.href;
  return href ? new URL(href, document.baseURI).search : null;
}

/** One page of features. */
export async function page<F extends Feature>(address: string, signal?: AbortSignal): Promise<Page<F>> {
  return get<Page<F>>(address, signal);
}

/** How many features of a layer a question selects; all of them where nothing is asked. */
export async function count(layer: string, question: Question | null, signal?: AbortSignal): Promise<number> {
  const params = question ? toParams({ ...question, limit: 1 }) : new URLSearchParams({ limit: '1' });
  return (await page(`api/collections/${layer}/items?${readable(params)}`, signal)).numberMatched ?? 0;
}

/** Of the incidents that a filter selects, as much as the strip marks: one page at most. */
export async function markedIncidents(filter: Filter, signal?: AbortSignal): Promise<readonly MarkedIncident[]> {
  const params = toParams({ filter, limit: LIMIT_MAX });
  params.set('properties', MARKED.join());
  return (await page<MarkedIncident>(`api/collections/incidents/items?${readable(params)}`, signal)).features;
}

export async function feature<F extends Feature>(layer: string, id: string, signal?: AbortSignal): Promise<F> {
  return get<F>(`api/collections/${layer}/items/${encodeURIComponent(id)}`, signal);
}

export async function locate(point: LngLat, signal?: AbortSignal): Promise<Located> {
  return get<Located>(`api/border/locate?point=${point.lng},${point.lat}`, signal);
}

/** A kilometre of the measured line; the one that is drawn is a simpler one. */
export async function locateKilometre(km: number, signal?: AbortSignal): Promise<Located> {
  return get<Located>(`api/border/position?km=${km}`, signal);
}

/** The crossing nearest to a point, whichever side it lies on. */
export async function nearestCrossing(point: LngLat, signal?: AbortSignal): Promise<Crossing | null> {
  const nearest = await page<Crossing>(`api/collections/crossings/items?near=${point.lng},${point.lat}&limit=1&count=false`, signal);
  return nearest.features[0] ?? null;
}

/** Counts along the border by time: in one bin for all kilometres where a bin is as long as the line. */
export async function profile(question: Question, binKm: number, interval: Interval, signal?: AbortSignal): Promise<Profile> {
  const params = toParams(question);
  params.set('bin_km', String(binKm));
  params.set('interval', interval);
  return get<Profile>(`api/border/profile?${readable(params)}`, signal);
}

/** Counts per segment before and after a day; the windows are the time that is asked for, not the filter's. */
export async function compared(filter: Filter, { at, windowDays }: Comparison, signal?: AbortSignal): Promise<Compared> {
  const params = toParams({ filter: { ...filter, from: null, to: null } });
  params.set('at', at);
  params.set('window', `${windowDays}d`);
  return get<Compared>(`api/border/compare?${readable(params)}`, signal);
}

export async function collections(signal?: AbortSignal): Promise<readonly Collection[]> {
  return (await get<{ collections: readonly Collection[] }>('api/collections', signal)).collections;
}

/** A tile of the matrix set that web maps use. */
export interface TileAddress {
  readonly zoom: number;
  readonly row: number;
  readonly column: number;
}

/** The bytes of a vector tile of what a query selects. */
export async function tile(layer: string, { zoom, row, column }: TileAddress, query: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const address = `api/collections/${layer}/tiles/WebMercatorQuad/${zoom}/${row}/${column}`;
  const response = await send(query ? `${address}?${query}` : address, signal, 'application/vnd.mapbox-vector-tile');
  if (!response.ok) throw await refusal(response);
  return response.arrayBuffer();
}

/** Where a layer has tiles at all: west, south, east, north. */
export async function tileBounds(layer: string, signal?: AbortSignal): Promise<readonly [number, number, number, number]> {
  const address = `api/collections/${layer}/tiles/WebMercatorQuad?f=tilejson`;
  return (await get<{ bounds: [number, number, number, number] }>(address, signal)).bounds;
}

export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await send(address, signal);
  if (!response.ok) throw await refusal(response);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError(t('error.unreadable'));
  }
}

async function send(address: string, signal?: AbortSignal, accept = 'application/geo+json, application/json;q=0.9'): Promise<Response> {
  let response: Response | null = null;
  try {
    const ask = (): Promise<Response> => fetch(new URL(address, document.baseURI), { headers: { accept }, ...(signal && { signal }) });
    response = await patiently(ask, signal);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
  }
  if (!response || (GATEWAY.includes(response.status) && !response.headers.get('content-type')?.includes('problem'))) {
    connection.lost();
    throw new Unreachable();
  }
  connection.found();
  return response;
}

async function refusal(response: Response): Promise<ApiError> {
  const refused = await readRefusal(response);
  return new ApiError(refused.detail ?? '', refused);
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}
