// The head of a list: how many match, and the choice of their order.

import type { Standing } from '../answers';
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

  /** `standing`: how the question stands that these rows are to answer. */
  show(view: View, matched: number, standing: Standing): void {
    const usual: Sort = view.point ? 'distance' : '-date';
    const reports = tn('reports', matched);
    this.#count.textContent = standing === 'away' ? t('count.earlier', { reports }) : reports;
    this.element.toggleAttribute('data-asked', standing === 'asked');
    const offered = SORTS.filter((sort) => sort !== 'distance' || view.point);
    if (this.#select.options.length !== offered.length) {
      replace(this.#select, ...offered.map((value) => h('option', { value }, t(`order.${value}`))));
    }
    this.#select.value = view.sort && offered.includes(view.sort) ? view.sort : usual;
  }
}
