// One crossing: its names, the latest statement about it with its date, and how its position was found.

import type { Crossing } from '../api/types';
import { t } from '../i18n';
import { crossingState } from '../map/crossings';
import { formatBorder, formatDistance } from '../text/format';
import { sayCrossingKind } from '../text/crossingkind';
import { sayProvince } from '../text/gazetteer';
import { displayName, namesByLanguage } from '../text/names';
import { inTime, whenOf } from '../text/statements';
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
        asOf ? h('span', { class: 'quiet block' }, t('crossing.status.asof', { date: whenOf(asOf).said ?? asOf })) : null,
      ),
    ),
    facts.length ? h('h3', {}, t('crossing.facts')) : null,
    h('ul', { class: 'sources' }, ...inTime(facts).map((statement) => h(
      'li',
      {},
      statement.date ? h('span', { class: 'quiet' }, ...when(statement.date), ': ') : null,
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

/** A date in the reader's way, with the words about it, which are in English. */
function when(date: string): Node[] {
  const { said, words } = whenOf(date);
  const parts = [said === null ? null : document.createTextNode(said), words === null ? null : inEnglish(words)];
  return parts.filter((part) => part !== null).flatMap((part, i) => (i ? [document.createTextNode(' '), part] : [part]));
}
