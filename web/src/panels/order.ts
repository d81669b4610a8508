// The head of a list: how many match, and the choice of their order.

import { t, tn } from '../i18n';
import { SORTS, type Sort, type View } from '../state/view';
import { h, replace } from './dom';

export class OrderHead {
  readonly #count = h('strong', {});
  readonly #select = h('select', { id: 'sort', 'aria-label': t('order.label') });
  readonly element = h('div', { class: 'count' }, this.#count, this.#select);

  constructor(sort: (sort: Sort | null) => void) {
    this.#select.addEventListener('change', () => { sort(this.#select.value as Sort); });
  }

  show(view: View, matched: number): void {
    const usual: Sort = view.point ? 'distance' : '-date';
    this.#count.textContent = tn('reports', matched);
    const offered = SORTS.filter((sort) => sort !== 'distance' || view.point);
    if (this.#select.options.length !== offered.length) {
      replace(this.#select, ...offered.map((value) => h('option', { value }, t(`order.${value}`))));
    }
    this.#select.value = view.sort && offered.includes(view.sort) ? view.sort : usual;
  }
}
