// What to relax where a question finds nothing: each thing that is asked, by its name, and how many reports are behind it.

import { listQuestion } from '../api/query';
import { Rows } from '../api/rows';
import { t, tn } from '../i18n';
import { NO_FILTER, type Filter, type View } from '../state/view';
import { phrases } from '../take/words';
import { h } from './dom';

export interface Hindrance {
  /** What is asked, in words; nothing for all of it. */
  readonly said: string;
  /** What its button does. */
  readonly words: string;
  /** The view without it. */
  readonly without: Partial<View>;
}

/** Each part of the question that could be dropped. */
export function hindrances({ filter, point, radiusM }: View): Hindrance[] {
  const part = (words: string, only: Partial<Filter>, patch: Partial<Filter>): Hindrance => ({
    said: phrases({ filter: { ...NO_FILTER, ...only } }).join(t('asked.comma')),
    words,
    without: { filter: { ...filter, ...patch } },
  });
  const { from, to, categories, statuses, precisions, countries, text, area } = filter;
  return [
    (from ?? to) !== null && part(t('empty.dates'), { from, to }, { from: null, to: null }),
    categories.length > 0 && part(t('empty.categories'), { categories }, { categories: [] }),
    statuses.length > 0 && part(t('empty.statuses'), { statuses }, { statuses: [] }),
    precisions.length > 0 && part(t('empty.precisions'), { precisions }, { precisions: [] }),
    countries.length > 0 && part(t('empty.countries'), { countries }, { countries: [] }),
    text !== null && part(t('empty.text', { text }), { text }, { text: null }),
    area !== null && part(t('empty.area'), { area }, { area: null }),
    point !== null && { said: phrases({ filter: NO_FILTER, near: point, radiusM }).join(''), words: t('empty.point'), without: { point: null } },
  ].filter((one) => one !== false);
}

/** A line for each part with a button that drops it; what lies behind it is told once that is known. */
export function relaxButtons(view: View, choose: (patch: Partial<View>) => void): HTMLElement | null {
  const parts = hindrances(view);
  if (!parts.length) return null;
  const together = h('p', { class: 'quiet', hidden: true }, t('empty.together'));
  const lines = parts.map(({ said, words, without }) => {
    const found = h('span', { class: 'quiet' });
    const button = h('button', { type: 'button', onclick: () => { choose(without); } }, words);
    return { without, found, element: h('li', {}, h('span', { class: 'relax-said' }, h('bdi', {}, said)), button, ' ', found) };
  });
  void tell(view, lines, together);
  const all = parts.length > 1 && h('button', { type: 'button', onclick: () => { choose({ filter: NO_FILTER, point: null }); } }, t('filter.reset'));
  return h('div', { class: 'relax' }, h('p', { class: 'quiet' }, t('empty.relax')), h('ul', {}, ...lines.map(({ element }) => element)), together, all);
}

async function tell(view: View, lines: readonly { without: Partial<View>; found: HTMLElement }[], together: HTMLElement): Promise<void> {
  const counts = await Promise.all(lines.map(async ({ without, found }) => {
    try {
      const n = await Rows.count(listQuestion({ ...view, ...without }));
      found.textContent = n ? tn('reports', n) : t('empty.still');
      return n;
    } catch {
      // The button works without the number.
      return null;
    }
  }));
  together.hidden = counts.length < 2 || counts.some((n) => n !== 0);
}
