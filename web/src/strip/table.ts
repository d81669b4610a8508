// The strip's numbers as a table: stretches of the border by years, as the server counts them.

import type { Profile } from '../api/types';
import { t } from '../i18n';
import { formatInterval, whole } from '../text/format';
import { h } from '../panels/dom';

export const TABLE_BIN_KM = 100;

/** `taken` is what days and kilometres were chosen, in words; the rows and columns are those alone. */
export function profileTable({ km_edges: km, interval, interval_starts: starts, counts, bin_totals: binTotals, interval_totals: totals, counted }: Profile, taken: string | null): HTMLElement {
  const number = (count: number): HTMLElement => h('td', {}, whole(count));
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, t('strip.table.km')),
    ...starts.map((start) => h('th', { scope: 'col' }, formatInterval(start, interval))),
    h('th', { scope: 'col' }, t('strip.table.total')),
  );
  const rows = counts.map((row, bin) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, `${whole(km[bin] ?? 0)}–${whole(km[bin + 1] ?? 0)}`),
      ...row.map(number),
      number(binTotals[bin] ?? 0),
    ),
  );
  const foot = h('tr', {}, h('th', { scope: 'row' }, t('strip.table.total')), ...totals.map(number), number(counted));
  return h(
    'table',
    { class: 'strip-table' },
    h('caption', { class: taken ? null : 'hidden' }, taken ? `${t('strip.table.caption')}: ${taken}` : t('strip.table.caption')),
    h('thead', {}, head),
    h('tbody', {}, ...rows),
    h('tfoot', {}, foot),
  );
}
