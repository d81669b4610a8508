// Whether the server can be reached: learnt from every question, and tried again by itself while it cannot.

/** The first wait before trying again, and the longest; each is twice the one before. */
const WAIT_MS_MIN = 2_000;
const WAIT_MS_MAX = 30_000;

export class Connection {
  /** When the last answer came; what is shown is as old as that. */
  answered: Date | null = null;
  #away = false;
  #waitMs = WAIT_MS_MIN;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #probe: () => Promise<boolean>;
  readonly #listeners: (() => void)[] = [];

  /** `probe` asks the server something small and says whether it answered. */
  constructor(probe: () => Promise<boolean>) {
    this.#probe = probe;
  }

  /** Hears from the browser too: it knows of a lost network before anything is asked. */
  listen(): void {
    addEventListener('offline', () => { this.lost(); });
    addEventListener('online', () => { void this.retry(); });
  }

  get away(): boolean {
    return this.#away;
  }

  /** Called when the connection is lost or found. */
  subscribe(listener: () => void): void {
    this.#listeners.push(listener);
  }

  found(): void {
    this.answered = new Date();
    clearTimeout(this.#timer);
    this.#waitMs = WAIT_MS_MIN;
    this.#set(false);
  }

  lost(): void {
    this.#set(true);
    this.#wait();
  }

  /** Tries at once, whatever the wait. */
  async retry(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#away) return;
    if (await this.#probe()) this.found();
    else this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { void this.retry(); }, this.#waitMs);
    this.#waitMs = Math.min(2 * this.#waitMs, WAIT_MS_MAX);
  }

  #set(away: boolean): void {
    if (away === this.#away) return;
    this.#away = away;
    for (const listener of this.#listeners) listener();
  }
}

/** The page's one connection. */
export const connection = new Connection(async () => {
  try {
    return (await fetch(new URL('health/live', document.baseURI), { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
});
