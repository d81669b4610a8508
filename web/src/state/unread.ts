// What of an address could not be read: kept as it was written, with why and what would be right, until the reader has been told.

/** Why a part of an address doesn't count; the words are `link.…` of i18n. */
export const FAULTS = [
  'key', 'twice', 'day', 'days', 'choice', 'camera', 'camera.outside', 'position', 'radius', 'radius.range', 'box', 'box.reversed', 'polygon',
  'corridor', 'corridor.reversed', 'corridor.beyond', 'corridor.end', 'areas', 'compare', 'text', 'chosen', 'missing',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Unread {
  readonly key: string;
  /** As it stood in the address, decoded. */
  readonly value: string;
  readonly fault: Fault;
  /** What the address would say if it were right; several where there is a choice. */
  readonly right: readonly string[];
  /** The end of the border, for what lies beyond it. */
  readonly km?: number;
}

/** What a reader of a value answers when it can't be read. */
export class Wrong {
  readonly fault: Fault;
  readonly right: readonly string[];

  constructor(fault: Fault, ...right: string[]) {
    this.fault = fault;
    this.right = right;
  }
}

/** The parts of an address fragment, each read once; what isn't read, or not understood, is told. */
export class Fragment {
  readonly #params: URLSearchParams;
  readonly #known = new Set<string>();
  readonly #unread: Unread[] = [];
  #spare = false;

  constructor(fragment: string) {
    this.#params = new URLSearchParams(fragment.replace(/^#/, ''));
  }

  /** What a key says; null where it is not there. */
  text(key: string): string | null {
    this.#known.add(key);
    const [first, ...more] = this.#params.getAll(key);
    for (const value of more) this.tell(key, value, 'twice');
    return first ?? null;
  }

  /** Words; none are as good as no key, as in the forms of search engines. */
  words(key: string): string | null {
    const words = this.text(key)?.trim();
    if (words === '') this.#spare = true;
    return words ? words : null;
  }

  read<T>(key: string, parse: (text: string) => T | Wrong): T | null {
    const text = this.text(key);
    if (text === null) return null;
    const read = parse(text);
    if (!(read instanceof Wrong)) return read;
    this.tell(key, text, read.fault, read.right);
    return null;
  }

  oneOf<T extends string>(key: string, known: readonly T[]): T | null {
    return this.read(key, (text) => known.find((value) => value === text) ?? new Wrong('choice', ...known));
  }

  /** Values with commas between them, or the key several times, as in a query. */
  some(key: string, known: readonly string[]): string[] {
    this.#known.add(key);
    const said = this.#params.getAll(key).join();
    const values = [...new Set(said.split(',').filter(Boolean))];
    if (this.#params.has(key) && !values.length) this.tell(key, said, 'choice', known);
    for (const value of values) if (!known.includes(value)) this.tell(key, value, 'choice', known);
    return values.filter((value) => known.includes(value));
  }

  /** Whether a key stands in the address that says what is so without it. */
  get spare(): boolean {
    return this.#spare;
  }

  tell(key: string, value: string, fault: Fault, right: readonly string[] = []): void {
    this.#unread.push({ key, value, fault, right });
  }

  /** All that could not be read, keys that mean nothing last. */
  unread(): Unread[] {
    for (const [key, value] of this.#params) if (!this.#known.has(key)) this.tell(key, value, 'key');
    return this.#unread;
  }
}
