// The filter: categories (which is the legend too), status, first and last day, and the labels' language.

import { CATEGORIES, STATUSES } from '../api/types';
import { t, term } from '../i18n';
import { TRAITS } from '../i18n/languages';
import { LABELS, NO_FILTER, sameFilter, type Filter, type Labels, type View } from '../state/view';
import { formatDay } from '../text/format';
import { h } from './dom';
import { mark } from './marks';

export interface FilterEvents {
  filter(filter: Filter): void;
  labels(labels: Labels): void;
}

export class FilterPanel {
  readonly element: HTMLElement;
  readonly #categories: HTMLInputElement[];
  readonly #statuses: HTMLInputElement[];
  readonly #from = h('input', { type: 'date', id: 'from' });
  readonly #to = h('input', { type: 'date', id: 'to' });
  readonly #labels: HTMLSelectElement;
  readonly #reset: HTMLButtonElement;
  readonly #fault = h('p', { class: 'warning', role: 'alert', hidden: true }, t('filter.reversed'));
  /** What is asked for, readable while the filter is folded. */
  readonly #chosen = h('span', { class: 'quiet', id: 'filter-chosen' });
  #filter: Filter = NO_FILTER;

  constructor(events: FilterEvents) {
    const changed = (): void => {
      const filter = this.#read();
      const reversed = filter.from !== null && filter.to !== null && filter.from > filter.to;
      this.#fault.hidden = !reversed;
      // A question that the server must refuse is not asked.
      if (!reversed && !sameFilter(filter, this.#filter)) events.filter(filter);
    };
    this.#categories = CATEGORIES.map((value) => h('input', { type: 'checkbox', value, onchange: changed }));
    this.#statuses = STATUSES.map((value) => h('input', { type: 'checkbox', value, onchange: changed }));
    for (const input of [this.#from, this.#to]) input.addEventListener('change', changed);
    this.#labels = h('select', { id: 'labels' }, ...LABELS.map((value) => h('option', { value }, value === 'local' ? t('labels.local') : TRAITS[value].name)));
    this.#labels.addEventListener('change', () => { events.labels(this.#labels.value as Labels); });
    this.#reset = h('button', { type: 'button', class: 'quiet-button', onclick: () => { events.filter(NO_FILTER); } }, t('filter.reset'));
    this.element = this.#build();
  }

  show(view: View): void {
    const { categories, statuses, from, to } = view.filter;
    this.#filter = view.filter;
    for (const input of this.#categories) input.checked = categories.includes(input.value);
    for (const input of this.#statuses) input.checked = statuses.includes(input.value);
    this.#from.value = from ?? '';
    this.#to.value = to ?? '';
    this.#labels.value = view.labels;
    this.#chosen.textContent = inWords(view.filter);
    this.#reset.hidden = sameFilter(view.filter, NO_FILTER);
    this.#fault.hidden = true;
  }

  #read(): Filter {
    const checked = (inputs: HTMLInputElement[]): string[] => inputs.filter((input) => input.checked).map((input) => input.value);
    return {
      ...this.#filter,
      categories: checked(this.#categories),
      statuses: checked(this.#statuses),
      from: this.#from.value || null,
      to: this.#to.value || null,
    };
  }

  #build(): HTMLElement {
    const option = (input: HTMLInputElement, picture: Node, words: string): HTMLElement =>
      h('label', { class: 'option' }, input, picture, h('span', {}, words));
    return h(
      'details',
      { class: 'filters', id: 'filters' },
      h('summary', {}, t('filter.title'), ' ', this.#chosen, this.#reset),
      h(
        'fieldset',
        {},
        h('legend', {}, t('filter.category')),
        h('div', { class: 'options' }, ...this.#categories.map((input) => option(input, mark(input.value), term('category', input.value)))),
      ),
      h(
        'fieldset',
        {},
        h('legend', {}, t('filter.status')),
        h('div', { class: 'options' }, ...this.#statuses.map((input) => option(input, mark('diplomatic', input.value), term('status', input.value)))),
      ),
      h(
        'div',
        { class: 'row' },
        h('label', {}, t('filter.from'), this.#from),
        h('label', {}, t('filter.to'), this.#to),
        h('label', {}, t('settings.labels'), this.#labels),
      ),
      this.#fault,
    );
  }
}

function inWords({ categories, statuses, from, to }: Filter): string {
  const some = (chosen: readonly string[], all: readonly string[], key: 'category' | 'status'): string => {
    if (!chosen.length) return '';
    if (chosen.length === 1) return term(key, chosen[0] ?? '');
    return t(`filter.chosen.${key}`, { n: chosen.length, of: all.length });
  };
  let time = '';
  if (from && to) time = t('filter.between', { from: formatDay(from), to: formatDay(to) });
  else if (from) time = t('filter.since', { from: formatDay(from) });
  else if (to) time = t('filter.until', { to: formatDay(to) });
  return [some(categories, CATEGORIES, 'category'), some(statuses, STATUSES, 'status'), time].filter(Boolean).join(' · ');
}
