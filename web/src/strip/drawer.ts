// The drawer below the map: a bar that opens the border strip and the comparison, and the room for the strip.

import { t } from '../i18n';
import type { Answers } from '../answers';
import type { BorderLine } from '../draw/borderline';
import { h } from '../panels/dom';
import type { Hover } from '../state/hover';
import type { LngLat, View } from '../state/view';
import type { Explained } from '../take/taken';
import type { Ground } from './frame';
import type { Strip, StripEvents } from './strip';
import { stretchesIn, type Stretch } from './visible';

export interface DrawerEvents extends StripEvents {
  toggle(open: boolean): void;
  compare(open: boolean): void;
}

export class Drawer {
  readonly element: HTMLElement;
  readonly #hover: Hover;
  readonly #events: DrawerEvents;
  readonly #bar: HTMLElement;
  readonly #toggle: HTMLButtonElement;
  readonly #compare: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  readonly #room = h('div', { id: 'strip', hidden: true });
  #strip: Strip | null = null;
  #view: View | null = null;
  #listed: number | null = null;
  #ground: Ground | null = null;
  #learnt: readonly unknown[] = [];
  #visible: readonly Stretch[] = [];

  constructor(hover: Hover, events: DrawerEvents) {
    this.#hover = hover;
    this.#events = events;
    this.#toggle = h(
      'button',
      { type: 'button', class: 'drawer-button', id: 'strip-toggle', 'aria-controls': 'strip', 'aria-expanded': 'false', onclick: () => { events.toggle(!this.#view?.strip); } },
      t('strip.title'),
    );
    this.#compare = h(
      'button',
      { type: 'button', class: 'drawer-button', id: 'compare-open', 'aria-controls': 'compare', 'aria-expanded': 'false', onclick: () => { events.compare(!this.#view?.compare); } },
      t('compare.title'),
    );
    this.#close = h('button', { type: 'button', class: 'drawer-close', 'aria-label': t('strip.close'), hidden: true, onclick: () => { events.toggle(false); } }, h('span', { 'aria-hidden': 'true' }, '×'));
    this.#bar = h('div', { class: 'drawer-bar' }, this.#toggle, this.#compare, this.#close);
    this.element = h('section', { id: 'drawer', 'aria-label': t('strip.title') }, this.#bar, this.#room);
  }

  show(view: View, answers: Answers): void {
    this.#view = view;
    this.#listed = answers.standing('all') === 'answered' ? (answers.all?.matched ?? null) : null;
    const open = view.strip;
    this.#room.hidden = !open;
    this.#close.hidden = !open;
    this.element.classList.toggle('open', open);
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#compare.setAttribute('aria-expanded', String(view.compare !== null));
    if (this.#strip) {
      this.#strip.controls.hidden = !open;
      if (open) this.#strip.show(view, this.#listed);
    } else if (open) void this.#events.during(() => this.#build());
  }

  /** The lines of the border, as they arrive. */
  learn({ segments, crossings }: Ground): void {
    if (!segments.length || (this.#learnt[0] === segments && this.#learnt[1] === crossings)) return;
    this.#learnt = [segments, crossings];
    // The layer is in no order of its own.
    const southwards = [...segments].sort((a, b) => (a.properties.km_from ?? 0) - (b.properties.km_from ?? 0));
    this.#ground = { segments: southwards, crossings };
    this.#strip?.learn(this.#ground);
  }

  anew(): void {
    this.#strip?.anew();
  }

  repaint(): void {
    this.#strip?.repaint();
  }

  /** A picture of the strip; null while it isn't open. */
  picture(ratio: number): Explained | null {
    return this.#view?.strip ? (this.#strip?.picture(ratio) ?? null) : null;
  }

  /** The stretches of the border that the map shows. */
  showVisible(line: BorderLine, isVisible: (at: LngLat) => boolean): void {
    this.#visible = stretchesIn(isVisible, line);
    this.#strip?.showVisible(this.#visible);
  }

  /** The strip and its chart library are fetched when they are first wanted. */
  async #build(): Promise<void> {
    const { Strip } = await import('./strip');
    if (this.#strip || !this.#view) return;
    const strip = new Strip(this.#view, this.#listed, this.#hover, this.#events);
    this.#strip = strip;
    this.#room.append(strip.element);
    this.#bar.append(strip.controls);
    if (this.#ground) strip.learn(this.#ground);
    strip.showVisible(this.#visible);
  }
}
