// Lists of incidents: one button a report, with its date, place and how well that is known.

import type { Incident } from '../api/types';
import { t, term } from '../i18n';
import { formatAbout, formatDate, formatDistance } from '../text/format';
import { h } from './dom';
import { mark } from './marks';

/** More rows than this are shown on demand; a list of thousands helps nobody and costs time. */
const ROWS_AT_ONCE = 100;

export interface ListEvents {
  open(incident: Incident): void;
  /** A row is pointed at or focused; null when left. */
  hover(incident: Incident | null): void;
}

export function incidentList(incidents: readonly Incident[], events: ListEvents): HTMLElement {
  const list = h('ol', { class: 'reports' });
  const more = h('button', { type: 'button', class: 'more', onclick: () => { grow(); } }, t('list.more'));
  const grow = (): void => {
    const from = list.childElementCount;
    list.append(...incidents.slice(from, from + ROWS_AT_ONCE).map((incident) => row(incident, events)));
    more.hidden = list.childElementCount >= incidents.length;
  };
  grow();
  return h('div', {}, list, more);
}

function row(incident: Incident, events: ListEvents): HTMLElement {
  const { title, category, status, date, date_precision: datePrecision, place } = incident.properties;
  const button = h(
    'button',
    {
      type: 'button',
      class: 'report',
      'data-id': incident.id,
      onclick: () => { events.open(incident); },
      onmouseenter: () => { events.hover(incident); },
      onmouseleave: () => { events.hover(null); },
      onfocus: () => { events.hover(incident); },
      onblur: () => { events.hover(null); },
    },
    mark(category, status),
    h(
      'span',
      { class: 'report-text' },
      h('span', { class: 'report-title', dir: 'auto' }, title),
      h(
        'span',
        { class: 'report-meta' },
        [formatDate(date, datePrecision, 'short'), place, term('status', status)].filter(Boolean).join(' · '),
      ),
    ),
    distance(incident),
  );
  return h('li', {}, button);
}

/** The distance from the point asked about, with how far the reported position may be off. */
function distance({ properties }: Incident): HTMLElement | null {
  const { distance_m: metres, position_uncertainty_m: uncertainty } = properties;
  if (metres === undefined) return null;
  return h(
    'span',
    { class: 'report-distance' },
    formatAbout(metres, uncertainty),
    uncertainty ? h('span', { class: 'quiet' }, t('distance.uncertain', { distance: formatDistance(uncertainty) })) : null,
  );
}
