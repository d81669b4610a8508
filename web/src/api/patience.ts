// A server with too much to do says when to ask again (RFC 9110 §10.2.3): then the page does, a few times, before it says that it failed.

const TOO_MUCH = [429, 503];
/** How often a question is asked in all. */
export const ASKED_MAX = 3;
/** A longer wait is the reader's to decide. */
export const WAIT_S_MAX = 20;

/** What is waited for: the reader is told at once, and can end it. */
export class Patience {
  readonly #stops = new Set<() => void>();
  readonly #listeners: (() => void)[] = [];

  get waiting(): boolean {
    return this.#stops.size > 0;
  }

  subscribe(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Asks no more; what was waited for has failed. */
  stop(): void {
    for (const stop of [...this.#stops]) stop();
  }

  /** Whether to ask again once a wait is over; false where the reader ended it. */
  async wait(over: Promise<void>): Promise<boolean> {
    let stop = (): void => undefined;
    const stopped = new Promise<boolean>((resolve) => { stop = (): void => { resolve(false); }; });
    this.#stops.add(stop);
    this.#tell();
    try {
      return await Promise.race([over.then(() => true), stopped]);
    } finally {
      this.#stops.delete(stop);
      this.#tell();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The page's one patience. */
export const patience = new Patience();

/** Asks until the answer is another than "later". A question that is no longer wanted stops waiting, as `fetch` does. */
export async function patiently(ask: () => Promise<Response>, signal?: AbortSignal, wait = pause, waits = patience): Promise<Response> {
  for (let asked = 1; ; asked += 1) {
    const response = await ask();
    const seconds = TOO_MUCH.includes(response.status) ? retryAfterS(response) : null;
    if (seconds === null || seconds > WAIT_S_MAX || asked === ASKED_MAX) return response;
    if (!(await waits.wait(wait(1000 * seconds, signal)))) return response;
  }
}

/** The seconds of `Retry-After`; null where it says none, or a date. */
export function retryAfterS(response: Response): number | null {
  const text = response.headers.get('retry-after');
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const gone = (): void => {
      clearTimeout(timer);
      reject(new DOMException('The question is no longer wanted.', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', gone);
      resolve();
    }, ms);
    if (signal?.aborted) gone();
    else signal?.addEventListener('abort', gone, { once: true });
  });
}
