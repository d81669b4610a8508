// Embed mode: the map in somebody's article, with what its reader needs: what a mark is, the reports as a list, the whole map.

import type { Answers } from '../answers';
import type { Crossing, Incident } from '../api/types';
import { t, term, tn } from '../i18n';
import { fact, h, inEnglish, reference, replace, told, writtenIn, type Child } from '../panels/dom';
import { mark } from '../panels/marks';
import type { View } from '../state/view';
import { formatDate, formatPrecision } from '../text/format';
import { gazetteer } from '../text/gazetteer';
import { displayName } from '../text/names';
import { sayPlace } from '../text/whereabouts';
import { viewAddress } from './share';

/** More than a reader goes through beside an article. */
const LISTED_MAX = 100;

export interface EmbedEvents {
  /** A report of the list, which may lie out of sight. */
  open(incident: Incident): void;
  /** Back to the map alone. */
  close(): void;
}

/** What the card shows: made anew only when that changes, so that it keeps its focus. */
type Shown = Incident | Crossing | readonly Incident[] | null;

export class EmbedFrame {
  readonly element = h('div', { class: 'embed-frame', hidden: true });
  readonly #events: EmbedEvents;
  readonly #whole = h('a', { class: 'whole-view', target: '_blank', rel: 'noopener' }, t('take.embed.whole'), h('span', { 'aria-hidden': 'true' }, ' ↗'));
  readonly #list = h('button', { type: 'button', class: 'embed-list', 'aria-expanded': 'false', 'aria-controls': 'embed-card', onclick: () => { this.#toggleList(); } });
  readonly #card = h('section', { class: 'embed-card', id: 'embed-card', 'aria-label': t('list.label'), hidden: true });
  #listing = false;
  #shown: Shown = null;
  /** How much was known of names when it was made. */
  #named = 0;
  #latest: readonly [View, Answers] | null = null;

  constructor(events: EmbedEvents) {
    this.#events = events;
    replace(this.element, this.#whole, this.#list, this.#card);
    this.#card.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.close(); });
  }

  show(view: View, answers: Answers): void {
    this.#latest = [view, answers];
    document.documentElement.classList.toggle('embed', view.embed);
    this.element.hidden = !view.embed;
    if (!view.embed) return;
    this.#whole.href = wholeAddress(view);
    const { rows, words } = counted(view, answers);
    this.#list.textContent = words;
    this.#list.disabled = rows.length === 0;
    this.#list.setAttribute('aria-expanded', String(this.#listing));
    const shown = this.#toShow(view, answers, rows);
    if (shown === this.#shown && this.#named === gazetteer.revision) return;
    const opened = shown !== this.#shown;
    [this.#shown, this.#named] = [shown, gazetteer.revision];
    this.#card.hidden = shown === null;
    replace(this.#card, ...(shown ? this.#content(shown, view, words) : []));
    if (shown && opened) this.#card.querySelector<HTMLElement>('h2')?.focus();
  }

  /** Puts the card away: the map is what was looked at. */
  close(): void {
    const held = this.#card.contains(document.activeElement);
    const listed = this.#listing;
    this.#listing = false;
    this.#events.close();
    if (this.#latest) this.show(...this.#latest);
    if (held) (listed ? this.#list : document.querySelector<HTMLElement>('#map canvas'))?.focus();
  }

  #toggleList(): void {
    if (this.#listing) {
      this.close();
      return;
    }
    this.#listing = true;
    this.#events.close();
    if (this.#latest) this.show(...this.#latest);
  }

  /** A report that was opened lies over the list that it was opened from. */
  #toShow({ selected, group }: View, { incident, crossing, group: members }: Answers, rows: readonly Incident[]): Shown {
    if (selected) return incident ?? crossing;
    if (group) return members?.loaded ?? null;
    return this.#listing ? rows : null;
  }

  #content(shown: NonNullable<Shown>, view: View, words: string): Child[] {
    const close = h('button', { type: 'button', class: 'embed-close', 'aria-label': t('take.close'), onclick: () => { this.close(); } }, '×');
    if (!('properties' in shown)) return [close, ...this.#rows(shown, view.group !== null, words)];
    const whole = h('p', {}, h('a', { href: wholeAddress(view), target: '_blank', rel: 'noopener' }, t('take.embed.report'), h('span', { 'aria-hidden': 'true' }, ' ↗')));
    return [close, ...('category' in shown.properties ? report(shown as Incident) : crossingCard(shown as Crossing)), whole];
  }

  #rows(incidents: readonly Incident[], isGroup: boolean, words: string): Child[] {
    const row = (incident: Incident): HTMLElement => {
      const { id, properties: p } = incident;
      return h('li', {}, h('button', { type: 'button', 'data-id': id, onclick: () => { this.#events.open(incident); } },
        mark(p.category, p.status),
        h('span', {}, h('span', { class: 'block', ...writtenIn(p.title) }, p.title), h('span', { class: 'quiet' }, formatDate(p.date, p.date_precision, 'short')))));
    };
    const beyond = incidents.length > LISTED_MAX;
    return [
      h('h2', { tabindex: '-1' }, isGroup ? t('group.title') : words),
      isGroup ? h('p', { class: 'quiet' }, t('group.why')) : null,
      beyond ? h('p', { class: 'quiet' }, t('take.embed.more', { n: LISTED_MAX, reports: words })) : null,
      h('ol', { class: 'embed-rows', role: 'list' }, ...incidents.slice(0, LISTED_MAX).map(row)),
    ];
  }
}

function report({ properties: p }: Incident): Child[] {
  return [
    h('p', { class: 'kind' }, mark(p.category, p.status), ' ', term('category', p.category), ' · ', term('status', p.status)),
    h('h2', { tabindex: '-1', ...writtenIn(p.title) }, p.title),
    h('dl', {},
      fact(t('incident.date'), formatDate(p.date, p.date_precision)),
      fact(t('incident.place'), ...(p.place ? [told(sayPlace({ ...p, place: p.place }))] : [])),
      // A mark is no exact spot: how well it is known stands beside it.
      fact(t('incident.position'), formatPrecision(p.position_precision, p.position_uncertainty_m)),
      fact(t('incident.sources'), ...p.sources.map(({ name, ref }) => h('span', { class: 'block' }, reference(name, ref))))),
  ];
}

function crossingCard({ properties: p }: Crossing): Child[] {
  const asOf = p.status_date && formatDate(p.status_date, 'day');
  return [
    h('p', { class: 'kind' }, t('search.crossing')),
    h('h2', { tabindex: '-1' }, displayName(p)),
    p.unverified ? h('p', { class: 'warning' }, t('crossing.unverified')) : null,
    h('dl', {}, fact(t('crossing.status'), p.status && inEnglish(p.status), asOf ? h('span', { class: 'quiet block' }, t('crossing.status.asof', { date: asOf })) : null)),
  ];
}

/** The rows that answer the question, and how many there are; nothing is counted of a question without an answer. */
function counted(view: View, answers: Answers): { rows: readonly Incident[]; words: string } {
  const standing = answers.standing(view.point ? 'around' : 'all');
  const listed = view.point ? answers.around : answers.all;
  if (standing === 'refused' || standing === 'away') return { rows: [], words: t('count.unanswered') };
  return listed ? { rows: listed.loaded, words: tn('reports', listed.matched) } : { rows: [], words: t('state.loading') };
}

/** The same view, in the whole map. */
function wholeAddress(view: View): string {
  return viewAddress({ ...view, embed: false });
}
