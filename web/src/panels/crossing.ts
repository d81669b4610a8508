// One crossing: its names, the latest statement about it with its date, and how its position was found.

import type { Crossing } from '../api/types';
import { t } from '../i18n';
import { formatBorder, formatDate, formatDistance } from '../text/format';
import { allNames, displayName } from '../text/names';
import { apart, fact, h, reference, webAddress } from './dom';
import { actions, backButton, type DetailEvents } from './incident';

export function crossingDetail(crossing: Crossing, events: DetailEvents): HTMLElement {
  const p = crossing.properties;
  const uncertainty = p.position_uncertainty_m;
  const name = displayName(p);
  const others = allNames(p).filter((other) => other !== name);
  const facts = p.status_facts ?? [];
  const asOf = p.status_date ?? facts.find((statement) => statement.text === p.status)?.date;
  return h(
    'article',
    { class: 'detail', 'data-id': crossing.id },
    backButton(events),
    h('p', { class: 'kind' }, t('search.crossing')),
    h('h2', { tabindex: '-1' }, name),
    h('ul', { class: 'names', 'aria-label': t('crossing.names') }, ...others.map((other) => h('li', { dir: 'auto' }, other))),
    p.unverified ? h('p', { class: 'warning' }, t('crossing.unverified')) : null,
    h(
      'dl',
      {},
      fact(t('crossing.type'), p.crossing_type && h('bdi', {}, p.crossing_type)),
      fact(t('crossing.between'), ...apart([p.iraq_governorate, p.iran_province], ' | ')),
      fact(t('incident.position'), uncertainty ? t('crossing.position', { distance: formatDistance(uncertainty) }) : null),
      fact(t('incident.border'), formatBorder({ ...p, border_side: null }, uncertainty)),
      fact(
        t('crossing.status'),
        p.status && h('bdi', {}, p.status),
        asOf ? h('span', { class: 'quiet block' }, t('crossing.status.asof', { date: day(asOf) })) : null,
      ),
    ),
    facts.length ? h('h3', {}, t('crossing.facts')) : null,
    h('ul', { class: 'sources' }, ...facts.map((statement) => h(
      'li',
      {},
      statement.date ? h('span', { class: 'quiet' }, `${day(statement.date)}: `) : null,
      h('bdi', {}, statement.text),
      h('span', { class: 'block' }, ...references(statement.source)),
    ))),
    p.position_basis ? h('details', {}, h('summary', {}, t('crossing.basis')), h('p', { dir: 'auto' }, p.position_basis)) : null,
    actions(events),
  );
}

/** A source field may hold several references, separated by semicolons. */
function references(source: string | null): Node[] {
  return (source ?? '').split(/\s;\s/).filter(Boolean).map((part) => {
    const address = webAddress(part);
    return h('span', { class: 'block' }, reference(address ? new URL(address).host : part, part));
  });
}

/** Some dates are words ("not shown in excerpt"); they stay as they are. */
function day(date: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(date) ? formatDate(date, 'day') : date;
}
