// A list of incidents of any length: only the rows in view are in the document, each as high as its words need, and it is walked
// with the keyboard.

import type { Incident } from '../api/types';
import { t, term } from '../i18n';
import { formatAbout, formatDate, formatOff } from '../text/format';
import { sayPlace } from '../text/whereabouts';
import { h, replace, told, writtenIn } from './dom';
import { mark } from './marks';
import { RowHeights } from './rowheights';

/** So few rows are drawn whole. */
const ROWS_WHOLE = 60;
/** Rows drawn beyond what is in view, so that a quick turn of the wheel meets no gap. */
const ROWS_SPARE = 8;
/** So often rows are measured and drawn again at most: a scroll bar that comes and goes could make them higher and lower for ever. */
const PASSES_MAX = 8;

export interface ListEvents {
  open(incident: Incident): void;
  /** A row is pointed at or focused; null when left. */
  hover(incident: Incident | null): void;
  /** The end of what is loaded is near. */
  more(): void;
}

export class IncidentList {
  readonly element = h('ol', { class: 'reports', role: 'list', 'aria-label': t('list.label') });
  readonly #events: ListEvents;
  readonly #scroller: HTMLElement;
  /** Larger letters, another font or other words make rows higher or lower. */
  readonly #sizes: ResizeObserver;
  readonly #rows = new Map<number, HTMLElement>();
  readonly #heights = new RowHeights();
  /** The width that the rows were measured at. */
  #widthPx = 0;
  #incidents: readonly Incident[] = [];
  #matched = 0;
  /** Whether a point was asked about that rows have a distance to. */
  #distances = false;
  /** The one row that Tab reaches; arrows move it. */
  #active = 0;

  constructor(scroller: HTMLElement, events: ListEvents) {
    this.#scroller = scroller;
    this.#events = events;
    this.element.addEventListener('keydown', (event) => { this.#key(event); });
    scroller.addEventListener('scroll', () => { this.#draw(); }, { passive: true });
    new ResizeObserver(() => { this.#draw(); }).observe(scroller);
    this.#sizes = new ResizeObserver(() => { this.#draw(); });
  }

  /** Shows the rows at hand of as many as match. */
  show(incidents: readonly Incident[], matched: number, distances: boolean): void {
    if (incidents !== this.#incidents || matched !== this.#matched || distances !== this.#distances) {
      const old = this.#incidents;
      const continued = distances === this.#distances && old.length > 0 && incidents[0] === old[0] && incidents[old.length - 1] === old.at(-1);
      [this.#incidents, this.#matched, this.#distances] = [incidents, matched, distances];
      if (!continued) {
        this.#active = 0;
        for (const index of [...this.#rows.keys()]) this.#drop(index);
        this.#heights.reset(this.#leastPx());
      }
    }
    this.#draw();
  }

  /** More names are known: the places of the rows that stand are said anew, without touching the rows. */
  rename(): void {
    for (const [index, row] of this.#rows) {
      const incident = this.#incidents[index];
      const said = row.querySelector('.report-place');
      if (said && incident?.properties.place) replace(said, told(sayPlace({ ...incident.properties, place: incident.properties.place })));
    }
  }

  focusRow(id: string): void {
    const index = this.#incidents.findIndex((incident) => incident.id === id);
    if (index >= 0) this.#walkTo(index);
  }

  #draw(): void {
    if (!this.element.isConnected || !this.element.clientWidth) return;
    if (this.element.clientWidth !== this.#widthPx) {
      this.#widthPx = this.element.clientWidth;
      this.#heights.reset(this.#leastPx());
    }
    // What is measured may be lower than it was taken to be, and leave room for more.
    let last = this.#fill();
    for (let pass = 0; pass < PASSES_MAX && this.#measure(); pass++) last = this.#fill();
    if (this.#incidents.length < this.#matched && last + ROWS_SPARE >= this.#incidents.length) this.#events.more();
  }

  /** Puts the rows in view into the document; the row after the last of them. */
  #fill(): number {
    const [first, last] = this.#inView();
    const wanted: number[] = [];
    for (let i = first; i < last; i++) wanted.push(i);
    // The row that holds the focus stays, or the focus would be lost with it.
    if (this.#active < first && this.#active < this.#incidents.length) wanted.unshift(this.#active);
    if (this.#active >= last && this.#active < this.#incidents.length) wanted.push(this.#active);
    const keep = new Set(wanted);
    for (const index of [...this.#rows.keys()]) if (!keep.has(index)) this.#drop(index);
    let after: HTMLElement | null = null;
    for (const index of wanted.reverse()) after = this.#place(index, after);
    return last;
  }

  #drop(index: number): void {
    const row = this.#rows.get(index);
    if (!row) return;
    this.#sizes.unobserve(row);
    row.remove();
    this.#rows.delete(index);
  }

  /** Lays the rows one below another, each as high as it is; whether that is otherwise than before. The row at the top of the view stays there. */
  #measure(): boolean {
    const above = this.#abovePx();
    const held = above > 0 ? this.#heights.at(above, this.#incidents.length) : null;
    const before = held === null ? 0 : this.#heights.top(held);
    const heights = new Map<number, number>();
    for (const [index, row] of this.#rows) {
      // Pointed at, a row shows more, and lies over the next one.
      if (this.#heights.knows(index) && row.querySelector(':is(:hover, :focus-visible)')) continue;
      heights.set(index, row.getBoundingClientRect().height);
    }
    const changed = this.#heights.measure(heights);
    for (const [index, row] of this.#rows) row.style.top = `${this.#heights.top(index)}px`;
    this.element.style.height = `${this.#heights.total(this.#incidents.length)}px`;
    const moved = held === null ? 0 : this.#heights.top(held) - before;
    if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
    return changed;
  }

  /** How much of the list lies above the view. */
  #abovePx(): number {
    return this.#scroller.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
  }

  #inView(): [number, number] {
    const count = this.#incidents.length;
    if (count <= ROWS_WHOLE) return [0, count];
    const above = this.#abovePx();
    const first = this.#heights.at(above, count) - ROWS_SPARE;
    const last = this.#heights.at(above + this.#scroller.clientHeight, count) + 1 + ROWS_SPARE;
    return [Math.max(0, first), Math.min(count, last)];
  }

  #place(index: number, after: HTMLElement | null): HTMLElement {
    const there = this.#rows.get(index);
    const incident = this.#incidents[index];
    const row = there ?? h('li', {}, incident ? this.#button(index, incident) : null);
    if (!there) {
      this.#rows.set(index, row);
      this.element.insertBefore(row, after);
      this.#sizes.observe(row);
    }
    row.setAttribute('aria-setsize', String(this.#matched));
    row.setAttribute('aria-posinset', String(index + 1));
    row.firstElementChild?.setAttribute('tabindex', index === this.#active ? '0' : '-1');
    return row;
  }

  #button(index: number, incident: Incident): HTMLElement {
    const { title, category, status, date, date_precision: datePrecision, place } = incident.properties;
    const part = (words: string): HTMLElement => h('span', {}, h('bdi', {}, words));
    const where = place ? h('span', { class: 'report-place' }, told(sayPlace({ ...incident.properties, place }))) : null;
    const meta = [part(term('category', category)), part(formatDate(date, datePrecision, 'short')), where, part(term('status', status))];
    return h(
      'button',
      {
        type: 'button',
        class: 'report',
        title,
        'data-id': incident.id,
        onclick: () => {
          this.#active = index;
          this.#events.open(incident);
        },
        onmouseenter: () => { this.#events.hover(incident); },
        onmouseleave: () => { this.#events.hover(null); },
        onfocus: () => { this.#events.hover(incident); },
        onblur: () => { this.#events.hover(null); },
      },
      mark(category, status),
      h('span', { class: 'report-text' }, h('span', { class: 'report-title', ...writtenIn(title) }, title), h('span', { class: 'report-meta' }, ...meta)),
      this.#distances ? distance(incident) : null,
    );
  }

  /** No row is lower (rows.css). */
  #leastPx(): number {
    return parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height'));
  }

  /** What the foot of the panel may cover of a row that is walked to. */
  #coveredPx(): number {
    const foot = this.#scroller.querySelector<HTMLElement>('.take');
    return foot && getComputedStyle(foot).position === 'sticky' ? foot.offsetHeight : 0;
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#heights.height(this.#active)) - 1);
    const to = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#incidents.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#walkTo(Math.min(this.#incidents.length - 1, Math.max(0, to)));
  }

  #walkTo(index: number): void {
    this.#active = index;
    // Far rows are measured once they are drawn, and lie elsewhere than was thought.
    for (let tries = 0; tries < 2; tries++) {
      const top = this.#heights.top(index) - this.#abovePx();
      const below = top + this.#heights.height(index) + this.#coveredPx() - this.#scroller.clientHeight;
      if (top < 0) this.#scroller.scrollTop += top;
      else if (below > 0) this.#scroller.scrollTop += below;
      this.#draw();
    }
    this.#rows.get(index)?.querySelector('button')?.focus({ preventScroll: true });
  }
}

/** The distance from the point asked about, with how far the reported position may be off. */
function distance({ properties }: Incident): HTMLElement | null {
  const { distance_m: metres, position_uncertainty_m: uncertainty } = properties;
  if (metres === undefined) return null;
  return h(
    'span',
    { class: 'report-distance' },
    formatAbout(metres, uncertainty),
    uncertainty ? h('span', { class: 'quiet' }, formatOff(uncertainty)) : null,
  );
}
