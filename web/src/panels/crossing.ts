// One crossing: its names, the latest statement about it with its date, and how its position was found.

import type { Crossing } from '../api/types';
import { t } from '../i18n';
import { crossingState } from '../map/crossings';
import { formatBorder, formatDate, formatDistance } from '../text/format';
import { sayCrossingKind } from '../text/crossingkind';
import { sayProvince } from '../text/gazetteer';
import { displayName, namesByLanguage } from '../text/names';
import { apart, fact, h, inEnglish, reference, told, webAddress, writtenIn } from './dom';
import { actions, backButton, type DetailEvents } from './incident';

export function crossingDetail(crossing: Crossing, events: DetailEvents): HTMLElement {
  const p = crossing.properties;
  const uncertainty = p.position_uncertainty_m;
  const name = displayName(p);
  const others = namesByLanguage(p).filter(([, other]) => other !== name);
  const facts = p.status_facts ?? [];
  const asOf = p.status_date ?? facts.find((statement) => statement.text === p.status)?.date;
  return h(
    'article',
    { class: 'detail', 'data-id': crossing.id },
    backButton(events),
    h('p', { class: 'kind' }, t('search.crossing')),
    h('h2', { tabindex: '-1' }, name),
    h('ul', { class: 'names', 'aria-label': t('crossing.names') }, ...others.map(([lang, other]) => h('li', { lang, dir: 'auto' }, other))),
    p.unverified ? h('p', { class: 'warning' }, t('crossing.unverified')) : null,
    h(
      'dl',
      {},
      fact(t('crossing.type'), p.crossing_type && told(sayCrossingKind(p.crossing_type))),
      fact(t('crossing.between'), ...apart([sayProvince(p.iraq_governorate, 'IQ'), sayProvince(p.iran_province, 'IR')], ' | ')),
      fact(t('incident.position'), uncertainty ? t('crossing.position', { distance: formatDistance(uncertainty) }) : null),
      fact(t('incident.border'), formatBorder({ ...p, border_side: null }, uncertainty)),
      fact(
        t('crossing.status'),
        p.state && h('span', { class: 'block' }, t(`legend.crossing.${crossingState(p)}`)),
        p.status && inEnglish(p.status),
        asOf ? h('span', { class: 'quiet block' }, t('crossing.status.asof', { date: day(asOf) })) : null,
      ),
    ),
    facts.length ? h('h3', {}, t('crossing.facts')) : null,
    h('ul', { class: 'sources' }, ...facts.map((statement) => h(
      'li',
      {},
      statement.date ? h('span', { class: 'quiet' }, dayOrWords(statement.date), ': ') : null,
      inEnglish(statement.text),
      h('span', { class: 'block' }, ...references(statement.source)),
    ))),
    p.position_basis ? h('details', {}, h('summary', {}, t('crossing.basis')), h('p', writtenIn(p.position_basis), p.position_basis)) : null,
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

/** A date, or its words, which are in English. */
function dayOrWords(date: string): Node {
  const said = day(date);
  return said === date ? inEnglish(date) : document.createTextNode(said);
}

/** Some dates are words ("not shown in excerpt"); they stay as they are. */
function day(date: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(date) ? formatDate(date, 'day') : date;
}
