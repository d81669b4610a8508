// What of an address could not be read: kept as it was written, with why and what would be right, until the reader has been told.

/** Why a part of an address doesn't count; the words are `link.…` of i18n. */
export const FAULTS = [
  'key', 'twice', 'encoding', 'query', 'day', 'day.other', 'day.early', 'days', 'choice', 'camera', 'camera.outside', 'position', 'swapped', 'radius', 'radius.range',
  'box', 'box.reversed', 'polygon', 'corridor', 'corridor.width', 'corridor.reversed', 'corridor.beyond', 'corridor.end', 'areas', 'compare', 'text', 'sort.distance',
  'chosen', 'missing', 'missing.group',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What holds as it is written, though something else may have been meant. */
export const DOUBTS: readonly Fault[] = ['day.early', 'swapped'];

/** Stands for the key of what was written behind `?`, where addresses of this page have nothing to say. */
export const QUERY = '?';

export interface Unread {
  readonly key: string;
  /** As it stood in the address, decoded. */
  readonly value: string;
  readonly fault: Fault;
  /** What the address would say if it were right; several where there is a choice. */
  readonly right: readonly string[];
  /** What may have been meant, as parts of an address that the reader can take. */
  readonly offers?: readonly string[];
  /** The end of the border, for what lies beyond it. */
  readonly km?: number;
}

/** What a reader of a value answers when it can't be read. */
export class Wrong {
  readonly fault: Fault;
  readonly right: readonly string[];
  readonly offers: readonly string[];

  constructor(fault: Fault, right: readonly string[], offers: readonly string[] = []) {
    [this.fault, this.right, this.offers] = [fault, right, offers];
  }
}

/** The parts of an address fragment, each read once; what isn't read, or not understood, is told. */
export class Fragment {
  readonly #params: URLSearchParams;
  readonly #known = new Set<string>();
  readonly #unread: Unread[] = [];
  #spare = false;

  constructor(fragment: string) {
    const pairs = fragment.replace(/^#/, '').split('&');
    this.#params = new URLSearchParams(pairs.filter(isDecodable).join('&'));
    for (const pair of pairs.filter((written) => !isDecodable(written))) {
      const [key = '', ...value] = pair.split('=');
      // A percent sign that begins nothing is written so; bytes that are no text can't be mended.
      const mended = pair.replace(/%(?![0-9a-f]{2})/gi, '%25');
      this.tell(key, value.join('='), 'encoding', isDecodable(mended) ? [mended] : []);
    }
  }

  /** Every key that was looked for. */
  get known(): ReadonlySet<string> {
    return this.#known;
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
    this.tell(key, text, read.fault, read.right, read.offers);
    return null;
  }

  oneOf<T extends string>(key: string, known: readonly T[]): T | null {
    return this.read(key, (text) => known.find((value) => value === text) ?? new Wrong('choice', known));
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

  tell(key: string, value: string, fault: Fault, right: readonly string[] = [], offers: readonly string[] = []): void {
    this.#unread.push({ key, value, fault, right, ...(offers.length > 0 && { offers }) });
  }

  /** All that could not be read, keys that mean nothing last. */
  unread(): Unread[] {
    for (const [key, value] of this.#params) if (!this.#known.has(key)) this.tell(key, value, 'key');
    return this.#unread;
  }
}

/** URLSearchParams puts replacement characters where bytes are no text, and says nothing. */
function isDecodable(text: string): boolean {
  return decoded(text) !== null;
}

/** Asked for its value: a call whose value nobody uses is left out when the page is made small, and with it what it throws. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
