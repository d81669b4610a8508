// What is asked, as a row of chips: each takes its part of the question away, the last takes all.

import { t, term } from '../i18n';
import { NO_FILTER, sameFilter, type Area, type Filter, type View } from '../state/view';
import { decimal, formatDay, formatDays, formatExact } from '../text/format';
import { h, replace } from './dom';

interface Chip {
  readonly words: string;
  /** What the filter is without it. */
  readonly without: Partial<Filter>;
}

export class Chips {
  readonly element = h('div', { class: 'chips', role: 'group', 'aria-label': t('chips.label'), hidden: true });
  readonly #filter: (filter: Filter) => void;
  #shown: Filter = NO_FILTER;
  #comparing = false;

  constructor(filter: (filter: Filter) => void) {
    this.#filter = filter;
  }

  show({ filter, compare }: View): void {
    const comparing = compare !== null;
    if (filter === this.#shown && comparing === this.#comparing) return;
    [this.#shown, this.#comparing] = [filter, comparing];
    const held = this.element.contains(document.activeElement);
    this.element.hidden = sameFilter(filter, NO_FILTER);
    const clear = h('button', { type: 'button', class: 'chips-clear', onclick: () => { this.#filter(NO_FILTER); } }, t('filter.reset'));
    replace(this.element, ...chipsOf(filter).map((chip) => this.#chip(filter, chip)), clear);
    // The chip that was pressed is gone; the focus stays in the row.
    if (held) this.element.querySelector('button')?.focus();
  }

  #chip(filter: Filter, { words, without }: Chip): HTMLElement {
    // Before and after have days of their own.
    const uncompared = this.#comparing && 'from' in without ? t('chips.uncompared') : null;
    return h(
      'button',
      { type: 'button', class: 'chip', 'aria-label': t('chips.remove', { what: words }), onclick: () => { this.#filter({ ...filter, ...without }); } },
      h('span', { dir: 'auto' }, words),
      uncompared && h('span', { class: 'quiet' }, uncompared),
      h('span', { class: 'chip-cross', 'aria-hidden': 'true' }, '×'),
    );
  }
}

export function chipsOf(filter: Filter): Chip[] {
  const { categories, statuses, precisions, countries, text, area, from, to } = filter;
  const but = (values: readonly string[], value: string): string[] => values.filter((other) => other !== value);
  return [
    ...(text ? [{ words: t('chips.text', { text }), without: { text: null } }] : []),
    ...categories.map((value) => ({ words: term('category', value), without: { categories: but(categories, value) } })),
    ...statuses.map((value) => ({ words: term('status', value), without: { statuses: but(statuses, value) } })),
    ...precisions.map((value) => ({ words: t('chips.precision', { class: term('precision', value) }), without: { precisions: but(precisions, value) } })),
    ...countries.map((value) => ({ words: term('country', value), without: { countries: but(countries, value) } })),
    ...(area ? [{ words: areaWords(area), without: { area: null } }] : []),
    ...(from !== null || to !== null ? [{ words: timeWords(from, to), without: { from: null, to: null } }] : []),
  ];
}

/** The days asked for, of which one at least is given. */
export function timeWords(from: string | null, to: string | null): string {
  if (from && to) return formatDays(from, to);
  return from ? t('filter.since', { from: formatDay(from) }) : t('filter.until', { to: formatDay(to ?? '') });
}

function areaWords(area: Area): string {
  if (area.kind !== 'corridor') return t(`area.${area.kind}`);
  return t('area.corridor.words', { from: decimal(area.fromKm, 1), to: decimal(area.toKm, 1), distance: formatExact(area.withinM) });
}
