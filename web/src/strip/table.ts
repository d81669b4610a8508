// The strip's numbers as a table: stretches of the border by years, as the server counts them.

import type { Profile } from '../api/types';
import { t } from '../i18n';
import { formatInterval, whole } from '../text/format';
import { h } from '../panels/dom';

export const TABLE_BIN_KM = 100;

/** `taken`: the days and kilometres that were chosen, in words; `km`: the kilometres, whose rows alone are told. */
export function profileTable({ km_edges: edges, interval, interval_starts: starts, counts, bin_totals: binTotals, interval_totals: totals, counted }: Profile, taken: string | null, km: readonly [number, number] | null): HTMLElement {
  const number = (count: number): HTMLElement => h('td', {}, whole(count));
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, t('strip.table.km')),
    ...starts.map((start) => h('th', { scope: 'col' }, formatInterval(start, interval))),
    h('th', { scope: 'col' }, t('strip.table.total')),
  );
  // A stretch that wasn't asked about has no zeros to tell.
  const asked = (bin: number): boolean => !km || ((edges[bin + 1] ?? 0) > km[0] && (edges[bin] ?? 0) < km[1]);
  const rows = counts.map((row, bin) => asked(bin) &&
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, `${whole(edges[bin] ?? 0)}–${whole(edges[bin + 1] ?? 0)}`),
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
