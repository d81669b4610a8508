// How to read the map; a click on a category hides or shows it.

import { CATEGORIES, STATUSES } from '../api/types';
import { t, term } from '../i18n';
import { CROSSING_STATES } from '../map/crossings';
import { NO_FILTER, type Filter, type View } from '../state/view';
import { h } from './dom';
import { legendMark, mark } from './marks';

/** Shown while it is closed: what it tells of. */
const SAMPLE = ['clash', 'strike', 'displacement', 'diplomatic'] as const;

export interface LegendEvents {
  filter(filter: Filter): void;
  /** Somebody opened or closed it. */
  opened(open: boolean): void;
}

export class Legend {
  readonly element: HTMLDetailsElement;
  /** A place of its own beside the map, which a screen reader can go to. */
  readonly room: HTMLElement;
  readonly #toggles: HTMLButtonElement[];
  readonly #all: HTMLButtonElement;
  #filter: Filter = NO_FILTER;

  constructor(events: LegendEvents) {
    const choose = (categories: readonly string[]): void => { events.filter({ ...this.#filter, categories }); };
    this.#toggles = CATEGORIES.map((category) =>
      h(
        'button',
        { type: 'button', class: 'legend-toggle', 'data-category': category, onclick: () => { choose(toggled(this.#filter.categories, category)); } },
        mark(category),
        h('span', {}, term('category', category)),
      ),
    );
    this.#all = h('button', { type: 'button', class: 'quiet-button', hidden: true, onclick: () => { choose([]); } }, t('legend.all'));
    this.element = this.#build(() => { events.opened(!this.element.open); });
    this.room = h('section', { class: 'legend-room', 'aria-label': t('map.legend') }, this.element);
  }

  show({ filter }: View): void {
    this.#filter = filter;
    for (const toggle of this.#toggles) toggle.setAttribute('aria-pressed', String(isShown(filter.categories, toggle.dataset['category'] ?? '')));
    this.#all.hidden = filter.categories.length === 0;
  }

  /** `pressed` before it opens or closes. */
  #build(pressed: () => void): HTMLDetailsElement {
    const line = (picture: Node, words: string): HTMLElement => h('li', {}, picture, h('span', {}, words));
    return h(
      'details',
      { class: 'legend', id: 'legend' },
      h('summary', { onclick: pressed }, t('map.legend'), h('span', { class: 'legend-sample' }, ...SAMPLE.map((category) => mark(category)))),
      h('p', { class: 'legend-hint' }, h('span', { class: 'quiet' }, t('legend.toggle')), this.#all),
      h('div', { class: 'legend-categories', role: 'group', 'aria-label': t('legend.categories') }, ...this.#toggles),
      h(
        'ul',
        { class: 'legend-pairs', 'aria-label': t('filter.status') },
        ...STATUSES.map((status) => line(mark('diplomatic', status), term('status', status))),
      ),
      h(
        'ul',
        { 'aria-label': t('legend.crossings') },
        ...CROSSING_STATES.map((state) => line(legendMark(`crossing-${state}`), t(`legend.crossing.${state}`))),
        line(legendMark('border'), t('legend.border')),
        line(legendMark('river'), t('legend.river')),
      ),
      h(
        'ul',
        { 'aria-label': t('legend.title') },
        line(legendMark('ring'), t('legend.ring')),
        line(legendMark('cluster'), t('legend.cluster')),
      ),
    );
  }
}

/** No category chosen is all of them. */
function isShown(categories: readonly string[], category: string): boolean {
  return categories.length === 0 || categories.includes(category);
}

/** The categories shown after a click on one. Hiding the last would show nothing, so it shows all again. */
export function toggled(categories: readonly string[], category: string): readonly string[] {
  const next = CATEGORIES.filter((name) => isShown(categories, name) !== (name === category));
  return next.length === CATEGORIES.length ? [] : next;
}
