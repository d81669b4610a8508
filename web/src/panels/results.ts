// The middle of the panel: details of what is chosen, else a list: of a group, around a point, or of everything.

import type { Answers } from '../answers';
import type { Incident, Located } from '../api/types';
import { t, tn } from '../i18n';
import { toLngLat } from '../map/geometry';
import type { LngLat, View } from '../state/view';
import type { Steps } from '../steps';
import { aroundHead, aroundResults, radiusControl, type Around } from './around';
import { crossingDetail } from './crossing';
import { h, replace } from './dom';
import { backButton, incidentDetail, type DetailEvents } from './incident';
import { incidentList, type ListEvents } from './list';

export interface ResultsEvents {
  /** A row is pointed at or focused; null when left. */
  hover(incident: Incident | null): void;
  /** While the radius is slid. */
  radius(metres: number): void;
  segmentName(located: Located): string;
}

export class Results {
  readonly element = h('section', { id: 'results', tabindex: '-1', 'aria-live': 'off' });
  readonly #steps: Steps;
  readonly #events: ResultsEvents;
  readonly #list: ListEvents;
  /** What the last drawing was made from, and whose details it showed. */
  #drawn: readonly unknown[] = [];
  #detailed: string | number | null = null;
  readonly #radius: ReturnType<typeof radiusControl>;

  constructor(steps: Steps, events: ResultsEvents) {
    this.#steps = steps;
    this.#events = events;
    this.#radius = radiusControl({
      preview: (metres) => { events.radius(metres); },
      change: (metres) => { steps.setRadius(metres); },
    });
    this.#list = {
      open: (incident) => {
        steps.openIncident(incident.id);
        steps.map?.reveal(toLngLat(incident.geometry.coordinates));
      },
      hover: (incident) => { events.hover(incident); },
    };
  }

  show(view: View, answers: Answers): void {
    const { selected, group, point, radiusM } = view;
    const { all, around, beyond, located, incident, crossing } = answers;
    const drawn = [selected, group, point, radiusM, all, around, beyond, answers.group, located, incident, crossing];
    // What is drawn anew loses focus and selection, so it is only where something is new.
    if (drawn.every((value, i) => value === this.#drawn[i]) && this.#drawn.length) return;
    this.#drawn = drawn;
    if (selected) replace(this.element, this.#detail(view, answers));
    else if (group) replace(this.element, ...this.#group(answers));
    else if (point) this.#around(point, view, answers);
    else replace(this.element, ...this.#overview(answers));
    const detailed = (selected && (incident ?? crossing)?.id) ?? null;
    if (detailed !== null && detailed !== this.#detailed) this.element.querySelector('h2')?.focus({ preventScroll: true });
    this.#detailed = detailed;
  }

  /** Back in the list, focus returns to the row that was opened. */
  focusRow(id: string): void {
    [...this.element.querySelectorAll<HTMLElement>('.report')].find((row) => row.dataset['id'] === id)?.focus();
  }

  #detail({ selected }: View, { incident, crossing }: Answers): HTMLElement {
    const shown = incident ?? crossing;
    const events: DetailEvents = {
      back: () => { this.#steps.closeDetails(); },
      zoom: () => { if (shown) this.#steps.zoomTo(shown); },
      around: () => { if (shown) this.#steps.ask(toLngLat(shown.geometry.coordinates), true); },
    };
    if (selected?.layer === 'incidents' && incident) return incidentDetail(incident, events);
    if (selected?.layer === 'crossings' && crossing) return crossingDetail(crossing, events);
    return h('div', { class: 'detail' }, backButton(events));
  }

  #group({ group }: Answers): HTMLElement[] {
    const back = backButton({ back: () => { this.#steps.closeGroup(); } });
    if (!group) return [back];
    return [
      back,
      h('h2', {}, t('group.title')),
      h('p', { class: 'quiet' }, h('strong', {}, tn('reports', group.matched)), ` · ${t('group.why')}`),
      incidentList(group.loaded, this.#list),
    ];
  }

  #overview({ all }: Answers): HTMLElement[] {
    if (!all) return [];
    if (!all.matched) {
      return [h('div', { class: 'empty' }, h('p', {}, t('list.empty')), h('p', { class: 'quiet' }, t('empty.relax')))];
    }
    const head = h('p', { class: 'count' }, h('strong', {}, tn('reports', all.matched)), ` · ${t('list.order')}`);
    return [h('h2', { class: 'hidden' }, t('list.title')), head, incidentList(all.loaded, this.#list)];
  }

  #around(point: LngLat, view: View, { located, around, beyond }: Answers): void {
    const shown: Around = {
      point,
      radiusM: view.radiusM,
      located,
      segmentName: located && this.#events.segmentName(located),
      incidents: around?.loaded ?? null,
      beyond,
    };
    const events = {
      ...this.#list,
      radius: (radiusM: number) => { this.#steps.widen(point, radiusM); },
      close: () => { this.#steps.clearPoint(); },
    };
    this.#radius.show(view.radiusM);
    const [head, body] = [aroundHead(shown, events), aroundResults(shown, events)];
    const slot = this.#radius.element;
    // The control stays where it is in the document: moving it would take the focus from under a finger.
    if (slot.parentElement === this.element) {
      slot.previousElementSibling?.replaceWith(head);
      slot.nextElementSibling?.replaceWith(body);
    } else replace(this.element, head, slot, body);
  }
}
