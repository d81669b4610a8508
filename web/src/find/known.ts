// What has names, and which of it fits a text: exactly, at its beginning, by its sound, or nearly.

import { distance } from 'fastest-levenshtein';
import { allNames, searchKey } from '../text/names';
import { consonantKey, soundKey } from './fold';
import { FITS, TRIES, type Findable, type Fit, type NamedHit } from './kinds';

/** Shorter texts would be found within too many names, or sound like them. */
const WITHIN_MIN = 3;
const CONSONANTS_MIN = 4;
/** How many letters may differ, by how long the text is: in a short name each letter makes another name. */
const SIMILAR: readonly { readonly from: number; readonly letters: number }[] = [
  { from: 8, letters: 2 },
  { from: 5, letters: 1 },
];

interface Spelling {
  readonly text: string;
  readonly key: string;
  /** Without the article that begins it: Anbar is Al Anbar. */
  readonly bare: string;
  readonly sound: string;
  readonly consonants: string;
}

interface Known {
  readonly found: Findable;
  readonly id: string;
  readonly spellings: readonly Spelling[];
}

export class KnownNames {
  readonly #known = new Map<string, Known>();
  /** Names and their further spellings come in either order. */
  readonly #spellings = new Map<string, readonly string[]>();

  /** Takes in what has names; what is known by the same kind and id is replaced. */
  learn(findables: readonly Findable[]): void {
    for (const found of findables) {
      const key = `${found.kind}:${found.id}`;
      const texts = [...allNames(found.names), ...(found.alternates ?? []), ...(this.#spellings.get(key) ?? [])];
      this.#known.set(key, { found, id: searchKey(found.id), spellings: texts.map(spell) });
    }
  }

  /** Further spellings by id. */
  respell(kind: Findable['kind'], spellings: ReadonlyMap<string, readonly string[]>): void {
    for (const [id, texts] of spellings) {
      const key = `${kind}:${id}`;
      this.#spellings.set(key, texts);
      const known = this.#known.get(key);
      if (known) this.learn([known.found]);
    }
  }

  /** What fits a text, the best first, larger ones first among equals. */
  find(text: string): NamedHit[] {
    const typed = spell(text);
    if (!typed.key) return [];
    for (const fits of TRIES) {
      const hits = this.#hits(typed, fits);
      if (hits.length) return hits;
    }
    return [];
  }

  #hits(typed: Spelling, fits: readonly Fit[]): NamedHit[] {
    const hits: NamedHit[] = [];
    for (const { found, id, spellings } of this.#known.values()) {
      let best: Omit<NamedHit, 'shown' | 'near'> | null = id === typed.key && fits.includes('exact') ? { found, fit: 'exact', spelling: found.id } : null;
      for (const spelling of spellings) {
        const fit = fits.find((one) => (!best || rank(one) < rank(best.fit)) && FIT[one](typed, spelling));
        if (fit) best = { found, fit, spelling: spelling.text };
      }
      const near = best?.fit === 'similar' ? spellings.find((spelling) => spelling.consonants === typed.consonants && FIT.similar(typed, spelling)) : undefined;
      if (best) hits.push({ ...best, ...(near && { spelling: near.text }), near: near !== undefined, shown: isShown(best.spelling, found) });
    }
    return hits.sort((a, b) => rank(a.fit) - rank(b.fit) || Number(b.near) - Number(a.near) || b.found.weight - a.found.weight || a.found.id.localeCompare(b.found.id));
  }
}

export function rank(fit: Fit): number {
  return FITS.indexOf(fit);
}

/** A crossing is called by parts of its name. */
function isShown(spelling: string, { names }: Findable): boolean {
  const key = searchKey(spelling);
  return allNames(names).some((name) => searchKey(name).includes(key));
}

function spell(text: string): Spelling {
  const key = searchKey(text);
  return { text, key, bare: key.replace(/^(?:al |ال)(?=\p{L}{3})/u, ''), sound: soundKey(text), consonants: consonantKey(text) };
}

/**
 * Whether half of the letters, at least, are those of its beginning: else its sound was come by in some odd way, as of
 * xyzzy. In Arabic script each letter has its own sound, and none is come by so.
 */
function beginsAlike(name: string, typed: string): boolean {
  return /\p{Script=Arabic}/u.test(typed) || [-1, 0, 1].some((more) => distance(name.slice(0, typed.length + more), typed) <= typed.length / 2);
}

const FIT: Readonly<Record<Fit, (typed: Spelling, name: Spelling) => boolean>> = {
  exact: (typed, name) => name.key === typed.key || name.bare === typed.key,
  prefix: (typed, name) => name.key.startsWith(typed.key),
  word: (typed, name) => name.key.includes(` ${typed.key}`),
  sound: (typed, name) => typed.sound.length >= WITHIN_MIN && name.sound === typed.sound,
  'sound-prefix': (typed, name) => typed.sound.length >= WITHIN_MIN && name.sound.startsWith(typed.sound) && beginsAlike(name.key, typed.key),
  consonants: (typed, name) => typed.consonants.length >= CONSONANTS_MIN && name.consonants === typed.consonants,
  within: (typed, name) => typed.key.length >= WITHIN_MIN && name.key.includes(typed.key),
  similar: (typed, name) => {
    const letters = SIMILAR.find(({ from }) => typed.sound.length >= from)?.letters ?? 0;
    return Math.abs(name.sound.length - typed.sound.length) <= letters && distance(name.sound, typed.sound) <= letters;
  },
};
