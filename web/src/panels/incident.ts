// One report in full: what, when, where, how well each is known, and who said so.

import type { Crossing, Incident } from '../api/types';
import { direction, t, term } from '../i18n';
import { formatBorder, formatDate, formatFatalities, formatPrecision } from '../text/format';
import { sayCountry, sayProvince } from '../text/gazetteer';
import { sayPlace } from '../text/whereabouts';
import { copyButton } from './copy';
import { apart, fact, h, inEnglish, reference, writtenIn } from './dom';
import { mark } from './marks';
import { nearestCrossing } from './nearcrossing';

export interface DetailEvents {
  back(): void;
  zoom(): void;
  around(): void;
  crossing(id: string): void;
}

export function incidentDetail(incident: Incident, nearest: Crossing | null, events: DetailEvents): HTMLElement {
  const p = incident.properties;
  const where = [p.place ? sayPlace({ ...p, place: p.place }) : null, p.admin1 ? sayProvince(p.admin1, p.country) : null, p.country ? sayCountry(p.country) : null];
  return h(
    'article',
    { class: 'detail', 'data-id': incident.id },
    backButton(events),
    h('p', { class: 'kind' }, mark(p.category, p.status), ' ', term('category', p.category), ' · ', term('status', p.status)),
    h('h2', { tabindex: '-1', ...writtenIn(p.title) }, p.title),
    p.summary ? h('p', writtenIn(p.summary), p.summary) : null,
    h(
      'dl',
      {},
      fact(t('incident.date'), formatDate(p.date, p.date_precision)),
      fact(t('incident.place'), ...apart(where, t('separator'))),
      fact(t('incident.position'), formatPrecision(p.position_precision, p.position_uncertainty_m)),
      fact(t('incident.border'), formatBorder(p, p.position_uncertainty_m)),
      fact(t('crossing.nearest'), ...(nearest ? nearestCrossing(nearest, events, p.position_uncertainty_m) : [])),
      fact(t('incident.fatalities'), formatFatalities(p.fatalities_min, p.fatalities_max)),
      fact(t('incident.note'), p.note && inEnglish(p.note)),
    ),
    h('h3', {}, t('incident.sources')),
    h('ul', { class: 'sources' }, ...p.sources.map((source) => h('li', {}, reference(source.name, source.ref)))),
    p.checked ? h('p', { class: 'quiet' }, t('incident.checked')) : null,
    actions(events),
    h('p', { class: 'quiet' }, t('incident.id', { id: incident.id })),
  );
}

export function backButton(events: Pick<DetailEvents, 'back'>): HTMLElement {
  return h('button', { type: 'button', class: 'back', onclick: () => { events.back(); } }, `${direction() === 'rtl' ? '→' : '←'} ${t('incident.back')}`);
}

export function actions(events: DetailEvents): HTMLElement {
  return h(
    'p',
    { class: 'actions' },
    h('button', { type: 'button', onclick: () => { events.zoom(); } }, t('incident.zoom')),
    h('button', { type: 'button', onclick: () => { events.around(); } }, t('incident.around')),
    copyButton(() => location.href, t('copy.link.hint'), t('copy.link')),
  );
}
