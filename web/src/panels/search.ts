// The search box: coordinates, or the name of a place or crossing in any of its languages.

import type { Names } from '../api/types';
import { t } from '../i18n';
import { parseCoordinates } from '../state/coordinates';
import { roundPosition, type LngLat } from '../state/view';
import { formatPosition } from '../text/format';
import { allNames, displayName, searchKey } from '../text/names';
import { h, replace } from './dom';

export interface Findable {
  readonly kind: 'place' | 'crossing';
  readonly id: string;
  readonly at: LngLat;
  readonly names: Names;
  /** What tells it from others of its name: province, country. */
  readonly where: string;
  /** Larger comes first among equal matches. */
  readonly weight: number;
}

interface Suggestion {
  readonly label: string;
  readonly note: string;
  readonly choose: () => void;
}

export interface SearchEvents {
  point(at: LngLat): void;
  found(found: Findable): void;
}

const SUGGESTIONS = 7;

export class SearchBox {
  readonly element: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #list = h('ul', { id: 'suggestions', role: 'listbox', 'aria-label': t('search.label'), hidden: true });
  readonly #none = h('p', { class: 'warning', role: 'alert', hidden: true }, t('search.none'));
  readonly #events: SearchEvents;
  #index: { keys: string[]; found: Findable }[] = [];
  #suggestions: Suggestion[] = [];
  #active = -1;

  constructor(events: SearchEvents) {
    this.#events = events;
    this.#input = h('input', {
      id: 'search', type: 'search', autocomplete: 'off', spellcheck: 'false', dir: 'auto', role: 'combobox',
      placeholder: t('search.placeholder'), 'aria-expanded': 'false', 'aria-controls': 'suggestions', 'aria-autocomplete': 'list',
    });
    this.#input.addEventListener('input', () => { this.#suggest(); });
    this.#input.addEventListener('keydown', (event) => { this.#key(event); });
    this.#input.addEventListener('blur', () => { this.#close(); });
    this.element = h(
      'form',
      { role: 'search', class: 'search', onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      h('label', { for: 'search' }, t('search.label')),
      h('div', { class: 'search-row' }, this.#input, h('button', { type: 'submit' }, t('search.submit')), this.#list),
      this.#none,
    );
  }

  learn(findables: readonly Findable[]): void {
    const known = findables.map((found) => ({ found, keys: allNames(found.names).map(searchKey) }));
    this.#index = [...this.#index, ...known].sort((a, b) => b.found.weight - a.found.weight);
  }

  #suggest(): void {
    const text = this.#input.value;
    this.#none.hidden = true;
    this.#active = -1;
    const at = parseCoordinates(text);
    this.#suggestions = at ? [this.#coordinates(at)] : this.#matches(text);
    const options = this.#suggestions.map(({ label, note, choose }, i) =>
      h(
        'li',
        { role: 'option', id: `suggestion-${i}`, 'aria-selected': 'false', onmousedown: (event) => { event.preventDefault(); this.#close(); choose(); } },
        h('span', { dir: 'auto' }, label),
        h('span', { class: 'quiet' }, note),
      ),
    );
    replace(this.#list, ...options);
    this.#expand(options.length > 0);
  }

  #coordinates(at: LngLat): Suggestion {
    return { label: formatPosition(at), note: t('search.coordinates'), choose: () => { this.#events.point(roundPosition(at)); } };
  }

  /** Names that are, begin with, or hold the text: in this order, larger places first in each. */
  #matches(text: string): Suggestion[] {
    const key = searchKey(text);
    if (!key) return [];
    const rank = (keys: string[]): number => {
      if (keys.includes(key)) return 0;
      if (keys.some((name) => name.startsWith(key))) return 1;
      return keys.some((name) => name.includes(` ${key}`)) ? 2 : 3;
    };
    return this.#index
      .filter(({ keys }) => keys.some((name) => name.includes(key)))
      .map(({ keys, found }) => ({ rank: rank(keys), found }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, SUGGESTIONS)
      .map(({ found }) => {
        const own = displayName(found.names);
        const typed = allNames(found.names).find((name) => searchKey(name).includes(key)) ?? own;
        return {
          label: typed === own ? own : `${own} · ${typed}`,
          note: [t(`search.${found.kind}`), found.where].filter(Boolean).join(', '),
          choose: () => { this.#input.value = own; this.#events.found(found); },
        };
      });
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#close();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (this.#list.hidden) this.#suggest();
    const count = this.#suggestions.length;
    if (!count) return;
    const step = event.key === 'ArrowDown' ? 1 : -1;
    this.#active = (this.#active + step + count + (this.#active < 0 && step < 0 ? 1 : 0)) % count;
    [...this.#list.children].forEach((option, i) => { option.setAttribute('aria-selected', String(i === this.#active)); });
    this.#input.setAttribute('aria-activedescendant', `suggestion-${this.#active}`);
  }

  #submit(): void {
    if (this.#list.hidden) this.#suggest();
    const chosen = this.#suggestions[Math.max(0, this.#active)];
    this.#close();
    this.#none.hidden = chosen !== undefined || this.#input.value.trim() === '';
    chosen?.choose();
  }

  #close(): void {
    this.#expand(false);
  }

  #expand(open: boolean): void {
    this.#list.hidden = !open;
    this.#input.setAttribute('aria-expanded', String(open));
    if (!open) this.#input.removeAttribute('aria-activedescendant');
  }
}
