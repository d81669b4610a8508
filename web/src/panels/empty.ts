// What to relax where a question finds nothing: each thing that is in the way, and how many reports are behind it.

import { listQuestion } from '../api/query';
import { Rows } from '../api/rows';
import { t, tn } from '../i18n';
import { NO_FILTER, sameFilter, type Filter, type View } from '../state/view';
import { h } from './dom';

interface Hindrance {
  readonly words: string;
  /** The filter without it. */
  readonly filter: Filter;
}

/** Each part of the filter that could be dropped, and last the whole of it. */
export function hindrances(filter: Filter): Hindrance[] {
  const without = (words: string, patch: Partial<Filter>): Hindrance => ({ words, filter: { ...filter, ...patch } });
  const parts = [
    (filter.from ?? filter.to) && without(t('empty.dates'), { from: null, to: null }),
    filter.categories.length && without(t('empty.categories'), { categories: [] }),
    filter.statuses.length && without(t('empty.statuses'), { statuses: [] }),
    filter.precisions.length && without(t('empty.precisions'), { precisions: [] }),
    filter.countries.length && without(t('empty.countries'), { countries: [] }),
    filter.text && without(t('empty.text', { text: filter.text }), { text: null }),
    filter.area && without(t('empty.area'), { area: null }),
  ].filter((part): part is Hindrance => Boolean(part));
  return parts.length > 1 ? [...parts, without(t('filter.reset'), NO_FILTER)] : parts;
}

/** Buttons that each drop one; those behind which nothing lies either go away once that is known. */
export function relaxButtons(view: View, choose: (filter: Filter) => void): HTMLElement | null {
  if (sameFilter(view.filter, NO_FILTER)) return null;
  const buttons = hindrances(view.filter).map(({ words, filter }) => {
    const found = h('span', { class: 'quiet' });
    const button = h('button', { type: 'button', onclick: () => { choose(filter); } }, words, ' ', found);
    void tell(view, filter, button, found);
    return button;
  });
  return h('div', { class: 'relax' }, h('p', { class: 'quiet' }, t('empty.relax')), h('div', { class: 'setting-buttons' }, ...buttons));
}

async function tell(view: View, filter: Filter, button: HTMLElement, found: HTMLElement): Promise<void> {
  try {
    const n = await Rows.count(listQuestion({ ...view, filter }));
    if (n) found.textContent = tn('reports', n);
    else button.hidden = true;
  } catch {
    // The button works without the number.
  }
}
