// The filter: words, categories (which is the legend too), status, precision, country, and the days with their histogram.

import type { Answers } from '../answers';
import { CATEGORIES, COUNTRIES, PRECISIONS, STATUSES } from '../api/types';
import { t, term, tn } from '../i18n';
import { NO_FILTER, sameFilter, type Filter, type View } from '../state/view';
import { timeWords } from './chips';
import { DayField } from './dayfield';
import { h } from './dom';
import { mark } from './marks';

export interface FilterEvents {
  filter(filter: Filter): void;
}

/** Which lists of the filter are ticked, value by value. */
const TICKED = {
  categories: { kind: 'category', values: CATEGORIES, picture: (value: string) => mark(value) },
  statuses: { kind: 'status', values: STATUSES, picture: (value: string) => mark('diplomatic', value) },
  precisions: { kind: 'precision', values: PRECISIONS, picture: () => null },
  countries: { kind: 'country', values: COUNTRIES, picture: () => null },
} as const;
type Ticked = keyof typeof TICKED;

export class FilterPanel {
  readonly element: HTMLDetailsElement;
  readonly #boxes = new Map<Ticked, HTMLInputElement[]>();
  readonly #text = h('input', { type: 'search', id: 'text', autocomplete: 'off', dir: 'auto', enterkeyhint: 'search', placeholder: t('filter.text.placeholder') });
  readonly #from: DayField;
  readonly #to: DayField;
  readonly #count = h('span', { class: 'filter-count' });
  readonly #fault = h('p', { class: 'warning', role: 'alert', hidden: true });
  readonly #changed: () => void;
  #filter: Filter = NO_FILTER;

  /** The histogram stands below the days that it sets. */
  constructor(events: FilterEvents, histogram: HTMLElement) {
    this.#changed = () => {
      const filter = this.#read();
      const reversed = filter.from !== null && filter.to !== null && filter.from > filter.to;
      this.#tellReversed(reversed);
      // A question that the server must refuse is not asked.
      if (!reversed && !sameFilter(filter, this.#filter)) events.filter(filter);
    };
    // `change` comes with Enter and when the field is left; `search` when its cross is pressed.
    for (const name of ['change', 'search']) this.#text.addEventListener(name, this.#changed);
    this.#from = new DayField('from', t('filter.from'), this.#changed);
    this.#to = new DayField('to', t('filter.to'), this.#changed);
    this.element = this.#build(histogram);
  }

  show(view: View, answers: Answers): void {
    const { filter } = view;
    const rows = answers.listStanding(view) === 'refused' ? null : answers.listed(view);
    this.#count.textContent = rows ? tn('reports', rows.matched) : '';
    if (filter === this.#filter) return;
    this.#filter = filter;
    for (const [list, boxes] of this.#boxes) {
      for (const box of boxes) box.checked = filter[list].includes(box.value);
    }
    this.#text.value = filter.text ?? '';
    this.#from.day = filter.from;
    this.#to.day = filter.to;
    this.#tellReversed(false);
  }

  /** The days shown are not those asked for while they are the wrong way round. */
  #tellReversed(reversed: boolean): void {
    this.#fault.hidden = !reversed;
    const { from, to } = this.#filter;
    const kept = from !== null || to !== null ? timeWords(from, to) : t('field.none');
    this.#fault.textContent = reversed ? `${t('filter.reversed')} ${t('field.kept', { value: kept })}` : '';
  }

  #read(): Filter {
    const ticked = (list: Ticked): string[] => (this.#boxes.get(list) ?? []).filter((box) => box.checked).map((box) => box.value);
    return {
      ...this.#filter,
      categories: ticked('categories'),
      statuses: ticked('statuses'),
      precisions: ticked('precisions'),
      countries: ticked('countries'),
      text: this.#text.value.trim() || null,
      from: this.#from.day,
      to: this.#to.day,
    };
  }

  #build(histogram: HTMLElement): HTMLDetailsElement {
    return h(
      'details',
      { class: 'filters', id: 'filters' },
      h('summary', {}, t('filter.title'), this.#count),
      h('label', { class: 'words' }, t('filter.text'), this.#text),
      this.#ticks('categories'),
      this.#ticks('statuses'),
      h('div', { class: 'filter-pair' }, this.#ticks('precisions'), this.#ticks('countries')),
      h('div', { class: 'row' }, this.#from.element, this.#to.element),
      this.#fault,
      histogram,
    );
  }

  #ticks(list: Ticked): HTMLElement {
    const { kind, values, picture } = TICKED[list];
    const boxes = values.map((value) => h('input', { type: 'checkbox', value, onchange: this.#changed }));
    this.#boxes.set(list, boxes);
    const option = (box: HTMLInputElement): HTMLElement =>
      h('label', { class: 'option' }, box, picture(box.value), h('span', {}, term(kind, box.value)));
    return h('fieldset', { class: `ticks ticks-${list}` }, h('legend', {}, t(`filter.${kind}`)), h('div', { class: 'options' }, ...boxes.map(option)));
  }
}
