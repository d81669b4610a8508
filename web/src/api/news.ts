// Whether the server has something newer than what is shown: a small answer is asked for again by its tag, which is the store's revision.

/** How often it is asked while the page is looked at. */
const EVERY_MS = 45_000;
const ADDRESS = 'api/collections/incidents/items?limit=1&count=false';

/** The tag of what the server has; null where it gave none. A tag that it has still costs it nothing (304). */
async function tagNow(known: string | null): Promise<string | null> {
  const response = await fetch(new URL(ADDRESS, document.baseURI), { cache: 'no-store', headers: known ? { 'if-none-match': known } : {} });
  if (response.status === 304) return known;
  return response.ok ? response.headers.get('etag') : null;
}

export class News {
  readonly #told: (some: boolean) => void;
  #tag: string | null = null;
  /** The tag of something newer, which the reader has been told of. */
  #newer: string | null = null;
  #asking = false;

  /** `told` hears once that there is something newer, and when that is shown. */
  constructor(told: (some: boolean) => void) {
    this.#told = told;
  }

  /** Asks now and then, as long as somebody looks: hidden pages and lost networks are left alone. */
  start(): void {
    setInterval(() => { void this.#ask(); }, EVERY_MS);
    document.addEventListener('visibilitychange', () => { void this.#ask(); });
    void this.#ask();
  }

  /** All is asked anew: what is newer than that is news again. */
  shown(): void {
    [this.#tag, this.#newer] = [this.#newer ?? this.#tag, null];
    this.#told(false);
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#newer !== null || document.hidden || !navigator.onLine) return;
    this.#asking = true;
    try {
      const tag = await tagNow(this.#tag);
      if (tag !== null && this.#tag !== null && tag !== this.#tag) {
        this.#newer = tag;
        this.#told(true);
      }
      this.#tag ??= tag;
    } catch {
      // Out of reach: what the page asks for besides finds that out, and says it.
    } finally {
      this.#asking = false;
    }
  }
}
