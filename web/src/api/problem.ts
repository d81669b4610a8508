// Reads why the server did not answer (RFC 9457): by its codes and places, which the page words itself (text/problems.ts).

import type { LngLat } from '../state/view';
import { retryAfterS } from './patience';
import type { Problem } from './types';

/** What is wrong with one parameter. */
export interface Fault {
  readonly parameter: string;
  readonly value: string | null;
  /** Null where an older server, or something between, tells none. */
  readonly code: string | null;
  /** Where on the map. */
  readonly position: LngLat | null;
  /** Between which numbers it would be right; lengths in metres. */
  readonly min: number | null;
  readonly max: number | null;
}

export interface Refusal {
  readonly status: number;
  /** The kind of problem; null where nothing tells it. */
  readonly kind: string | null;
  readonly faults: readonly Fault[];
  /** After how many seconds it may be asked again. */
  readonly retryAfterS: number | null;
  readonly requestId: string | null;
  /** The server's own sentence: for support alone. */
  readonly detail: string | null;
}

export async function readRefusal(response: Response): Promise<Refusal> {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // Something between us and the server answered with a page of its own.
  }
  return refusalOf(problem, response.status, retryAfterS(response));
}

export function refusalOf(problem: Problem, status: number, retry: number | null = null): Refusal {
  // The kind is the fragment of the type, wherever the server's documentation lies.
  const [, fragment = null] = /#([\w-]+)$/.exec(problem.type ?? '') ?? [];
  return {
    status,
    kind: problem.code ?? fragment,
    faults: (problem.errors ?? []).map((error) => ({
      parameter: error.parameter,
      value: error.value ?? null,
      code: (error as Partial<typeof error>).code ?? null,
      position: positionOf(error.position),
      min: error.min ?? null,
      max: error.max ?? null,
    })),
    retryAfterS: retry,
    requestId: problem.request_id ?? null,
    detail: problem.detail ?? problem.title ?? null,
  };
}

/** Whether asking the same again may be answered. */
export function mayPass({ status }: Refusal): boolean {
  return status >= 500 || status === 429;
}

/** The places on the map that the faults name. */
export function placesOf({ faults }: Pick<Refusal, 'faults'>): LngLat[] {
  return faults.flatMap(({ position }) => position ?? []);
}

function positionOf(position: readonly number[] | undefined): LngLat | null {
  const [lng, lat] = position ?? [];
  return lng === undefined || lat === undefined ? null : { lng, lat };
}
