// The middle of the panel: details of what is chosen, else a list: of a group, around a point, or of everything.

import type { Answers } from '../answers';
import type { Rows } from '../api/rows';
import type { Incident, Located } from '../api/types';
import { language, t, tn, type MessageKey } from '../i18n';
import { toLngLat } from '../map/geometry';
import type { LngLat, View } from '../state/view';
import { gazetteer } from '../text/gazetteer';
import type { Steps } from '../steps';
import { aroundHead, nothingAround, radiusControl } from './around';
import { crossingDetail } from './crossing';
import { arrange, h } from './dom';
import { backButton, incidentDetail, type DetailEvents } from './incident';
import { relaxButtons } from './empty';
import { IncidentList } from './list';
import { OrderHead } from './order';

export interface ResultsEvents {
  /** A row is pointed at or focused; null when left. */
  hover(incident: Incident | null): void;
  /** While the radius is slid. */
  radius(metres: number): void;
  /** The end of what is loaded is near. */
  more(): void;
  segmentName(located: Located): string;
}

/**
 * Radius, order and list are made once and stay where they are in the document: what is drawn anew or moved
 * loses its focus, and a finger its slider.
 */
export class Results {
  readonly element = h('section', { id: 'results', tabindex: '-1', 'aria-live': 'off' });
  readonly #steps: Steps;
  readonly #events: ResultsEvents;
  readonly #list: IncidentList;
  readonly #order: OrderHead;
  readonly #radius: ReturnType<typeof radiusControl>;
  readonly #title = h('h2', { class: 'hidden' }, t('list.title'));
  readonly #waiting = h('div', { class: 'waiting', 'aria-hidden': 'true' }, ...Array.from({ length: 6 }, () => h('span', {})));
  /** What the last drawing was made from, and whose details it showed. */
  #drawn: readonly unknown[] = [];
  #detailed: string | number | null = null;
  /** How much was known of names. */
  #named = 0;

  constructor(scroller: HTMLElement, steps: Steps, events: ResultsEvents) {
    this.#steps = steps;
    this.#events = events;
    this.#radius = radiusControl({
      preview: (metres) => { events.radius(metres); },
      change: (metres) => { steps.setRadius(metres); },
    });
    this.#order = new OrderHead((sort) => { steps.sort(sort); });
    this.#list = new IncidentList(scroller, {
      open: (incident) => {
        steps.openIncident(incident.id);
        steps.map?.reveal(toLngLat(incident.geometry.coordinates));
      },
      hover: (incident) => { events.hover(incident); },
      more: () => { events.more(); },
    });
  }

  show(view: View, answers: Answers): void {
    const { selected, group, point, radiusM, sort } = view;
    const { all, around, beyond, located, incident, crossing, crossingNearPoint, crossingNearIncident } = answers;
    const nearest = selected ? crossingNearIncident : crossingNearPoint;
    const standings = [answers.listStanding(view), answers.standing('selected')];
    // More names make no other list: only the words of its rows, and the details, are said anew.
    if (this.#named !== gazetteer.revision) this.#list.rename();
    const names = language() !== 'en' && selected ? gazetteer.revision : 0;
    this.#named = gazetteer.revision;
    const segment = located && this.#events.segmentName(located);
    const drawn = [names, segment, ...standings, selected, group, point, radiusM, sort, all, around, beyond, answers.group, located, incident, crossing, nearest];
    if (this.#drawn.length && drawn.every((value, i) => value === this.#drawn[i])) return;
    this.#drawn = drawn;
    this.#radius.show(radiusM);
    const held = this.element.contains(document.activeElement) ? document.activeElement : null;
    arrange(this.element, this.#children(view, answers));
    // Only what stands in the document knows where it is scrolled to.
    if (!selected) this.#list.show(...listed(answers.listed(view), answers.beyond), view.point !== null && !view.group);
    const detailed = (selected && (incident ?? crossing)?.id) ?? null;
    // Details are drawn anew when the nearest crossing is known: who was in them stays where they were.
    const lost = held !== null && !this.element.contains(document.activeElement);
    const opened = detailed !== this.#detailed;
    if (detailed !== null && (lost || opened)) {
      const again = opened ? null : likeness(this.element, held);
      (again ?? this.element.querySelector('h2'))?.focus({ preventScroll: true });
    }
    this.#detailed = detailed;
  }

  /** Back in the list, focus returns to the row that was opened. */
  focusRow(id: string): void {
    this.#list.focusRow(id);
  }

  #children(view: View, answers: Answers): Node[] {
    if (view.selected) return [this.#detail(view, answers)];
    if (view.group) return this.#group(view, answers);
    if (view.point) return this.#around(view.point, view, answers);
    const { all } = answers;
    if (answers.listStanding(view) === 'refused') return [unanswered()];
    if (!all) return [this.#waiting];
    if (!all.matched) return [h('div', { class: 'empty' }, h('p', {}, t(nothingKey(view))), this.#relax(view))];
    this.#order.show(view, all.matched, answers.listStanding(view));
    return [this.#title, this.#order.element, this.#list.element];
  }

  #relax(view: View): HTMLElement | null {
    return relaxButtons(view, (patch) => { this.#steps.relax(patch); });
  }

  #detail({ selected }: View, answers: Answers): HTMLElement {
    const { incident, crossing, crossingNearIncident } = answers;
    const standing = answers.standing('selected');
    const shown = incident ?? crossing;
    const events: DetailEvents = {
      back: () => { this.#steps.closeDetails(); },
      zoom: () => { if (shown) this.#steps.zoomTo(shown); },
      around: () => { if (shown) this.#steps.ask(toLngLat(shown.geometry.coordinates), true); },
      crossing: (id) => { this.#steps.openCrossing(id); },
    };
    const refused = standing === 'refused';
    let article = h('article', { class: 'detail' }, backButton(events), refused && unanswered());
    if (selected?.layer === 'incidents' && incident) article = incidentDetail(incident, crossingNearIncident, events);
    if (selected?.layer === 'crossings' && crossing) article = crossingDetail(crossing, events);
    article.addEventListener('keydown', ({ key }) => { if (key === 'Escape') events.back(); });
    return article;
  }

  #group(view: View, answers: Answers): Node[] {
    const { group } = answers;
    const back = backButton({ back: () => { this.#steps.closeGroup(); } });
    if (!group) return answers.listStanding(view) === 'refused' ? [back, unanswered()] : [back];
    if (!group.matched) return [back, h('h2', {}, t('group.title')), h('p', {}, t(nothingKey(view)))];
    const count = h('strong', {}, tn('reports', group.matched));
    return [back, h('h2', {}, t('group.title')), h('p', { class: 'quiet' }, count, ` · ${t('group.why')}`), this.#list.element];
  }

  #around(point: LngLat, view: View, answers: Answers): Node[] {
    const { located, around, beyond, crossingNearPoint } = answers;
    const head = aroundHead(
      { point, located, segmentName: located && this.#events.segmentName(located), crossing: crossingNearPoint },
      {
        close: () => { this.#steps.clearPoint(); },
        crossing: (id) => { this.#steps.openCrossing(id); },
        border: () => { this.#steps.toBorder(); },
        ask: (at) => { this.#steps.ask(at, true); },
      },
    );
    const top = [head, this.#radius.element];
    const standing = answers.listStanding(view);
    if (!around) return [...top, standing === 'asked' ? h('p', { class: 'quiet' }, t('state.loading')) : unanswered()];
    if (!around.matched) {
      const nothing = nothingAround(view.radiusM, beyond, this.#relax(view), (radiusM) => { this.#steps.widen(point, radiusM); });
      return beyond.length ? [...top, nothing, this.#list.element] : [...top, nothing];
    }
    this.#order.show(view, around.matched, standing);
    return [...top, this.#order.element, h('p', { class: 'quiet' }, t('point.distances')), this.#list.element];
  }
}

/** A period is named only where one is asked about. */
function nothingKey({ filter: { from, to } }: View): MessageKey {
  return (from ?? to) === null ? 'list.empty' : 'list.empty.period';
}

/** Nothing is listed as if it were the answer. */
function unanswered(): HTMLElement {
  return h('p', { class: 'unanswered' }, t('list.unanswered'));
}

/** The control that says the same as one that was drawn before. */
function likeness(element: HTMLElement, before: Element | null): HTMLElement | null {
  const controls = [...element.querySelectorAll<HTMLElement>('a, button')];
  return controls.find(({ tagName, textContent }) => tagName === before?.tagName && textContent === before.textContent) ?? null;
}

/** The rows of an answer; the nearest beyond the radius where it holds none. */
function listed(rows: Rows | null, beyond: readonly Incident[]): [readonly Incident[], number] {
  if (!rows) return [[], 0];
  return rows.matched ? [rows.loaded, rows.matched] : [beyond, beyond.length];
}
