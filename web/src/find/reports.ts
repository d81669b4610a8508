// Asks the server which reports say something, or are called by an id.

import { page } from '../api/client';
import { readable, toParams } from '../api/query';
import type { Incident } from '../api/types';
import { westernDigits } from '../state/coordinates';
import { NO_FILTER, sameFilter, type Filter } from '../state/view';

/** So many reports are named; the others are behind the number of all. */
const NAMED = 3;
/** What reports are called: letters, then numbers, without spaces. */
const ID = /^\p{L}[\p{L}\p{N}]*(?:[-_.:]?\p{N})[\p{L}\p{N}_.:-]*$/u;
/** Of shorter texts every report has some. */
const WORDS_MIN = 3;

type Told = Pick<Incident, 'id'> & { readonly properties: Pick<Incident['properties'], 'title'> };

export interface ReportsFound {
  /** Reports called by the text. */
  readonly called: readonly Told[];
  /** Reports that say it: the filter that asks for them, how many there are, and the first of them. */
  readonly saying: { readonly filter: Filter; readonly n: number; readonly first: readonly Told[]; readonly unfiltered: boolean } | null;
}

export const NO_REPORTS: ReportsFound = { called: [], saying: null };

/** Whether there is anything to ask about a text. */
export function isWorthAsking(text: string): boolean {
  return text.trim().length >= WORDS_MIN && /\p{L}/u.test(text);
}

/** The words are looked for within the filter in force; where it hides them all, without it. */
export async function askReports(text: string, filter: Filter, signal: AbortSignal): Promise<ReportsFound> {
  const words = text.trim();
  const [called, within] = await Promise.all([askCalled(words, signal), askSaying(words, filter, signal)]);
  if (within || sameFilter(filter, NO_FILTER)) return { called, saying: within };
  const without = await askSaying(words, NO_FILTER, signal);
  return { called, saying: without && { ...without, unfiltered: true } };
}

async function askCalled(words: string, signal: AbortSignal): Promise<readonly Told[]> {
  const id = westernDigits(words);
  if (!ID.test(id)) return [];
  const params = new URLSearchParams([...new Set([id, id.toLowerCase(), id.toUpperCase()])].map((one) => ['id', one]));
  params.set('properties', 'title');
  return (await page<Incident>(`api/collections/incidents/items?${readable(params)}`, signal)).features;
}

async function askSaying(text: string, others: Filter, signal: AbortSignal): Promise<ReportsFound['saying']> {
  const filter = { ...others, text };
  const params = toParams({ filter, sort: '-date', limit: NAMED });
  params.set('properties', 'title');
  const answer = await page<Incident>(`api/collections/incidents/items?${readable(params)}`, signal);
  const n = answer.numberMatched ?? answer.features.length;
  return n ? { filter, n, first: answer.features, unfiltered: false } : null;
}
