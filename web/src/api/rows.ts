// The incidents that a question selects: all of them where they are few enough, else page by page as they are wanted.

import { nextQuery, page } from './client';
import { readable, toParams, type Question } from './query';
import type { Incident } from './types';

/** As many as a list shows at first: more than fit on a screen, and little enough for a slow line. */
const FIRST_ROWS = 40;
/** What is fetched when a list is scrolled to its end. */
const PAGE_ROWS = 200;
/** The most that the server gives at once. */
const LIMIT_MAX = 10_000;
/** Up to here all are fetched, drawn as GeoJSON and listed; beyond, the map draws vector tiles and the list is paged. */
const WHOLE_MAX = 20_000;

/** `?inspect&whole=50` lowers it, so that tests and the curious see a small store as a large one is shown. */
export function wholeMax(search = location.search): number {
  const params = new URLSearchParams(search);
  const asked = Number(params.get('whole') ?? NaN);
  return params.has('inspect') && asked >= 0 ? Math.min(asked, WHOLE_MAX) : WHOLE_MAX;
}

const ADDRESS = 'api/collections/incidents/items';

export class Rows {
  /** In the order asked for, from the first on. */
  readonly loaded: readonly Incident[];
  readonly matched: number;
  readonly #next: string | null;

  private constructor(loaded: readonly Incident[], matched: number, next: string | null) {
    this.loaded = loaded;
    this.matched = matched;
    this.#next = next;
  }

  /** `report` is told how many have come, where it takes more than one page; `begun` is given the first rows before the others. */
  static async ask(
    question: Question,
    signal?: AbortSignal,
    { report, begun }: { report?: (done: number, of: number) => void; begun?: (rows: Rows) => void } = {},
  ): Promise<Rows> {
    const first = await page<Incident>(address({ ...question, limit: FIRST_ROWS }), signal);
    let rows = new Rows(first.features, first.numberMatched ?? first.features.length, nextQuery(first));
    begun?.(rows);
    while (!rows.complete && rows.matched <= wholeMax()) {
      report?.(rows.loaded.length, rows.matched);
      rows = await rows.more(LIMIT_MAX, signal);
    }
    return rows;
  }

  /** Only the first few, as many as the question limits them to. */
  static async first(question: Question, signal?: AbortSignal): Promise<readonly Incident[]> {
    return (await page<Incident>(address(question), signal)).features;
  }

  /** How many a question selects. */
  static async count(question: Question, signal?: AbortSignal): Promise<number> {
    return (await page<Incident>(address({ ...question, limit: 1 }), signal)).numberMatched ?? 0;
  }

  /** Whether every row is at hand. */
  get complete(): boolean {
    return this.#next === null;
  }

  /** These rows and the page after them. */
  async more(limit = PAGE_ROWS, signal?: AbortSignal): Promise<Rows> {
    if (this.#next === null) return this;
    const params = new URLSearchParams(this.#next);
    params.set('limit', String(limit));
    // How many match is known from the first page; counting again would cost the server for nothing.
    params.set('count', 'false');
    const next = await page<Incident>(`${ADDRESS}?${readable(params)}`, signal);
    return new Rows([...this.loaded, ...next.features], this.matched, nextQuery(next));
  }
}

function address(question: Question): string {
  return `${ADDRESS}?${readable(toParams(question))}`;
}
