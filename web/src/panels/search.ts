// The search box: a combobox of what a text can mean, by kind. What needs no server is there at once; words and ids of
// reports follow when typing pauses.

import { isAbort } from '../api/client';
import { findLocally, isGuess, yieldsToReports, type Around, type Local } from '../find/finder';
import type { Findable } from '../find/kinds';
import { placeKilometre } from '../find/kilometre';
import { KnownNames } from '../find/known';
import { NO_REPORTS, askReports, isWorthAsking, type ReportsFound } from '../find/reports';
import { suggest, type Choice, type Placed, type Suggested } from '../find/suggestions';
import { t } from '../i18n';
import type { Filter } from '../state/view';
import { decimal } from '../text/format';
import { writeNumber } from '../text/numbers';
import { h, replace, told } from './dom';

export interface SearchEvents {
  choose(choice: Placed): void;
  /** The box is used for the first time: what only searches need is wanted now. */
  used(): void;
  /** Until all names are here that are on their way: before that nothing can be said to be missing. */
  known(): Promise<void>;
  /** What the text is looked for around, and within. */
  around(): Around & { readonly filter: Filter };
}

/** How long nobody types before the server is asked. */
const PAUSE_MS = 250;

export class SearchBox {
  readonly element: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #list = h('div', { id: 'suggestions', role: 'listbox', 'aria-label': t('search.label'), hidden: true });
  readonly #said = h('p', { class: 'warning', role: 'alert', hidden: true });
  readonly #events: SearchEvents;
  readonly #known = new KnownNames();
  #local: Local | null = null;
  /** Null where they are worth asking and haven't answered. */
  #reports: ReportsFound | null = NO_REPORTS;
  #suggestions: readonly Suggested[] = [];
  #active = -1;
  #pause = 0;
  #asking: { readonly text: string; readonly ended: AbortController; readonly done: Promise<void> } | null = null;
  /** Ends the question where a kilometre is that was chosen. */
  #placing: AbortController | null = null;
  #used = false;

  constructor(events: SearchEvents) {
    this.#events = events;
    this.#input = h('input', {
      id: 'search', type: 'search', autocomplete: 'off', spellcheck: 'false', dir: 'auto', role: 'combobox', 'aria-describedby': 'search-hint',
      placeholder: t('search.placeholder'), 'aria-expanded': 'false', 'aria-controls': 'suggestions', 'aria-autocomplete': 'list',
    });
    this.#input.addEventListener('focus', () => { this.#use(); });
    this.#input.addEventListener('input', () => { this.#typed(); });
    this.#input.addEventListener('keydown', (event) => { this.#key(event); });
    this.#input.addEventListener('blur', () => { this.#expand(false); });
    this.element = h(
      'form',
      { role: 'search', class: 'search', onsubmit: (event) => { event.preventDefault(); void this.#submit(); } },
      h('label', { for: 'search' }, t('search.label')),
      h('div', { class: 'search-row' }, this.#input, h('button', { type: 'submit' }, t('search.submit')), this.#list),
      h('p', { id: 'search-hint', class: 'quiet search-hint' }, t('search.hint')),
      this.#said,
    );
  }

  learn(findables: readonly Findable[]): void {
    this.#known.learn(findables);
    this.#again();
  }

  /** Further spellings of what is known already, by id. */
  respell(kind: Findable['kind'], spellings: ReadonlyMap<string, readonly string[]>): void {
    this.#known.respell(kind, spellings);
    this.#again();
  }

  /** More is known: whoever is typing is shown it. */
  #again(): void {
    if (this.#list.hidden || this.#active >= 0) return;
    this.#look();
    this.#draw();
  }

  #use(): void {
    if (this.#used) return;
    this.#used = true;
    this.#events.used();
  }

  #typed(): void {
    this.#use();
    this.#placing?.abort();
    this.#say(null);
    this.#look();
    const asks = this.#asks();
    this.#reports = asks ? null : NO_REPORTS;
    this.#drop();
    this.#draw();
    clearTimeout(this.#pause);
    if (asks) this.#pause = window.setTimeout(() => { this.#ask(); }, PAUSE_MS);
  }

  #look(): void {
    this.#local = findLocally(this.#input.value, this.#known, this.#events.around());
  }

  /** A position or a kilometre is no words to be looked for. */
  #asks(): boolean {
    return !(this.#local && (isMeasured(this.#local) || this.#local.beside)) && isWorthAsking(this.#input.value);
  }

  #ask(): void {
    const text = this.#input.value;
    if (this.#asking?.text === text) return;
    this.#drop();
    this.#reports = null;
    const ended = new AbortController();
    const task = async (): Promise<void> => {
      try {
        const reports = await askReports(text, this.#events.around().filter, ended.signal);
        if (this.#input.value !== text) return;
        this.#reports = reports;
        if (!this.#list.hidden || document.activeElement === this.#input) this.#draw();
      } catch (cause) {
        if (!isAbort(cause) && this.#input.value === text) this.#say(t('search.unasked'));
      }
    };
    this.#asking = { text, ended, done: task() };
  }

  #drop(): void {
    this.#asking?.ended.abort();
    this.#asking = null;
  }

  /** Lists what is known now; the option that is walked to stays the active one. */
  #draw(): void {
    const active = this.#suggestions[this.#active];
    this.#suggestions = this.#local ? suggest(this.#input.value.trim(), this.#local, this.#reports) : [];
    this.#active = active ? this.#suggestions.findIndex(({ key }) => key === active.key) : -1;
    const groups: HTMLElement[] = [];
    this.#suggestions.forEach((suggestion, i) => {
      const { group, title } = suggestion;
      if (this.#suggestions[i - 1]?.group !== group) {
        const id = `suggestions-${group}`;
        groups.push(h('div', { role: 'group', 'aria-labelledby': id }, h('span', { id, class: 'suggestions-kind' }, title)));
      }
      groups.at(-1)?.append(this.#option(suggestion, i));
    });
    replace(this.#list, ...groups);
    this.#expand(this.#suggestions.length > 0);
    this.#mark();
  }

  #option({ label, notes }: Suggested, i: number): HTMLElement {
    return h(
      'div',
      { role: 'option', id: `suggestion-${i}`, 'aria-selected': 'false', onmousedown: (event) => { event.preventDefault(); this.#choose(i); } },
      told(label),
      notes.length ? h('span', { class: 'quiet' }, ...notes.flatMap((note, k) => [k ? ' · ' : null, told(note)])) : null,
    );
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#expand(false);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (this.#list.hidden) this.#open();
    const count = this.#suggestions.length;
    if (!count) return;
    const step = event.key === 'ArrowDown' ? 1 : -1;
    this.#active = (this.#active + step + count + (this.#active < 0 && step < 0 ? 1 : 0)) % count;
    this.#mark();
  }

  #open(): void {
    if (!this.#local) this.#look();
    this.#draw();
  }

  #mark(): void {
    this.#list.querySelectorAll('[role=option]').forEach((option, i) => {
      option.setAttribute('aria-selected', String(i === this.#active));
      if (i === this.#active) option.scrollIntoView({ block: 'nearest' });
    });
    if (this.#active >= 0 && !this.#list.hidden) this.#input.setAttribute('aria-activedescendant', `suggestion-${this.#active}`);
    else this.#input.removeAttribute('aria-activedescendant');
  }

  /** Takes the active suggestion, else the first; where that would be a guess, it is only marked, and Enter once more takes it. */
  async #submit(): Promise<void> {
    const text = this.#input.value;
    if (text.trim() === '') return;
    if (this.#active >= 0 && !this.#list.hidden) {
      this.#choose(this.#active);
      return;
    }
    this.#look();
    if (this.#local && !isMeasured(this.#local)) {
      // Among the names that are still on their way may be one that fits better.
      const named = this.#hasFirst(this.#local);
      clearTimeout(this.#pause);
      if (!named && this.#asks()) this.#ask();
      await Promise.all([named ? null : this.#asking?.done, this.#events.known()]);
      if (this.#input.value !== text) return;
      this.#look();
    }
    this.#draw();
    const [first] = this.#suggestions;
    if (!first) this.#miss(text.trim());
    else if (first.guess) {
      this.#active = 0;
      this.#mark();
      this.#say(this.#reports ? null : t('search.unasked'), this.#doubt(first));
    } else this.#choose(0);
  }

  /** Why the first isn't taken unasked, and what to do. */
  #doubt({ group }: Suggested): string {
    if (group === 'coordinates') return t('search.doubt');
    const [first = NaN, second = NaN] = (this.#local?.kilometres ?? []).map(({ km }) => km);
    if (group === 'kilometre') return t('number.ambiguous', { text: this.#input.value.trim(), first: writeNumber(first), second: writeNumber(second) });
    return t(this.#suggestions.filter(({ guess }) => guess).length > 1 ? 'search.similar.doubts' : 'search.similar.doubt');
  }

  #hasFirst(local: Local): boolean {
    return !isGuess(local) && !yieldsToReports(local) && (local.named.length > 0 || local.positions.length > 0 || local.kilometres.length > 0 || local.beside !== null);
  }

  #choose(i: number): void {
    const chosen = this.#suggestions[i];
    if (!chosen) return;
    this.#say(null);
    this.#expand(false);
    this.#active = -1;
    if (chosen.choice.kind === 'named') this.#input.value = chosen.label.text;
    this.#local = null;
    this.#placing?.abort();
    if (chosen.choice.kind === 'kilometre') void this.#place(chosen.choice);
    else this.#events.choose(chosen.choice);
  }

  async #place({ km, drawn }: Choice & { kind: 'kilometre' }): Promise<void> {
    const ended = new AbortController();
    this.#placing = ended;
    const at = await placeKilometre(km, drawn, ended.signal);
    if (!ended.signal.aborted) this.#events.choose({ kind: 'point', at });
  }

  /** Nothing fits: what kinds of things were looked for, and what would be right. */
  #miss(text: string): void {
    const fault = this.#local?.fault;
    if (fault?.kind === 'range') this.#say(t('search.range', { text }));
    else if (fault?.kind === 'beyond') this.#say(t('search.beyond', { text, end: decimal(fault.endKm, 1) }));
    else this.#say(t('search.none', { text }), t('search.looked'), t('search.notations'));
  }

  #say(...sentences: (string | null)[]): void {
    const said = sentences.filter((sentence) => sentence !== null);
    this.#said.hidden = said.length === 0;
    replace(this.#said, said.join(' '));
  }

  #expand(open: boolean): void {
    this.#list.hidden = !open;
    this.#input.setAttribute('aria-expanded', String(open));
    if (!open) this.#input.removeAttribute('aria-activedescendant');
  }
}

/** Whether it is read as a position or a kilometre, right or wrong: no name can fit better. */
function isMeasured({ positions, kilometres, fault }: Local): boolean {
  return positions.length > 0 || kilometres.length > 0 || fault !== null;
}
