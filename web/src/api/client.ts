// Asks the API; every failure becomes an ApiError with one plain sentence for the reader.

import type { Feature } from 'geojson';
import { t } from '../i18n';
import { readable, toParams, type Question } from './query';
import type { LngLat } from '../state/view';
import type { Collection, Incident, Located, Page, Problem } from './types';

export class ApiError extends Error {
  readonly status: number | null;
  readonly requestId: string | null;

  constructor(message: string, status: number | null = null, requestId: string | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.requestId = requestId;
  }
}

/** The most that one page may hold; a layer for drawing is one page unless somebody imported more. */
const LIMIT_MAX = 10_000;
/** Beyond this a GeoJSON source gets slow; vector tiles are the way then. */
const FEATURES_MAX = 50_000;

/** A whole layer, following `next` until its end. */
export async function wholeLayer<F extends Feature>(layer: string, signal?: AbortSignal): Promise<F[]> {
  return collect<F>(`api/collections/${layer}/items?limit=${LIMIT_MAX}`, signal);
}

/** Every incident that a question selects. */
export async function incidents(question: Question, signal?: AbortSignal): Promise<Incident[]> {
  const params = toParams({ ...question, limit: LIMIT_MAX });
  return collect<Incident>(`api/collections/incidents/items?${readable(params)}`, signal);
}

/** The first few incidents that a question selects, in its order. */
export async function firstIncidents(question: Question, signal?: AbortSignal): Promise<Incident[]> {
  const page = await get<Page<Incident>>(`api/collections/incidents/items?${readable(toParams(question))}`, signal);
  return page.features;
}

export async function feature<F extends Feature>(layer: string, id: string, signal?: AbortSignal): Promise<F> {
  return get<F>(`api/collections/${layer}/items/${encodeURIComponent(id)}`, signal);
}

export async function locate(point: LngLat, signal?: AbortSignal): Promise<Located> {
  return get<Located>(`api/border/locate?point=${point.lng},${point.lat}`, signal);
}

export async function collections(signal?: AbortSignal): Promise<readonly Collection[]> {
  return (await get<{ collections: readonly Collection[] }>('api/collections', signal)).collections;
}

async function collect<F extends Feature>(address: string, signal?: AbortSignal): Promise<F[]> {
  const features: F[] = [];
  let next: string | undefined = address;
  while (next && features.length < FEATURES_MAX) {
    const page: Page<F> = await get<Page<F>>(next, signal);
    features.push(...page.features);
    const href: string | undefined = page.links?.find((link) => link.rel === 'next')?.href;
    // Only the question is taken from the link: behind a proxy its host may not be the page's own.
    next = href && `${address.replace(/\?.*$/, '')}${new URL(href, document.baseURI).search}`;
  }
  return features;
}

async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await send(address, signal);
  if (!response.ok) throw await refusal(response);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError(t('error.unreadable'), response.status);
  }
}

async function send(address: string, signal?: AbortSignal): Promise<Response> {
  try {
    const accept = 'application/geo+json, application/json;q=0.9';
    return await fetch(new URL(address, document.baseURI), { headers: { accept }, ...(signal && { signal }) });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError(t('error.unreachable'));
  }
}

async function refusal(response: Response): Promise<ApiError> {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // Something between us and the server answered with a page of its own.
  }
  const message = problem.detail ?? problem.title ?? t('error.status', { status: response.status });
  return new ApiError(message, response.status, problem.request_id ?? null);
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}
