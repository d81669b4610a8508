// The strip's picture and what hands and keys do on it: heat map, marks, brush, hover and the walk over cells.

import { select } from 'd3-selection';
import type { MarkedIncident } from '../api/types';
import { t, tn } from '../i18n';
import { h, replace } from '../panels/dom';
import { borderEnd, type Labels } from '../state/view';
import type { Picture as SharpPicture } from '../take/capture';
import type { Key } from '../take/sheet';
import { drawSvg } from '../take/svg';
import { decimal, formatDate, formatDay, formatDays, formatInterval, whole } from '../text/format';
import { sayPlace } from '../text/whereabouts';
import { Brush, type Position } from './brush';
import type { Cell, Cells } from './cells';
import { Frame, guttersFor, type Ground } from './frame';
import { paintHeat } from './heat';
import { Marks, spanOf } from './marks';
import { DAY_MS, isoDay, pickAt, rectOf, scalesOf, type Domain, type Pick, type Rect, type Scales } from './scales';
import type { Stretch } from './visible';
import { Walk } from './walk';

export interface PlotEvents {
  take(pick: Pick): void;
  /** A click where nothing is. */
  drop(): void;
  open(id: string): void;
  hover(id: string | null): void;
  resized(): void;
}

export interface Picture {
  readonly domain: Domain;
  readonly whole: Domain;
  readonly cells: Cells;
  readonly incidents: readonly MarkedIncident[];
  readonly ground: Ground;
  readonly labels: Labels;
  readonly pick: Pick;
}

export class Plot {
  readonly element: HTMLElement;
  readonly #events: PlotEvents;
  readonly #canvas = h('canvas', { class: 'strip-heat', 'aria-hidden': 'true' });
  readonly #legend = h('div', { class: 'strip-legend' });
  readonly #tip = h('div', { class: 'strip-tip', 'aria-hidden': 'true', hidden: true });
  readonly #said = h('p', { class: 'hidden', role: 'status' });
  readonly #svg = select(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
  readonly #inner = this.#svg.append('g');
  readonly #frame: Frame;
  readonly #brush: Brush;
  readonly #uncertain = this.#inner.append('path').attr('class', 'strip-uncertain');
  readonly #marks: Marks;
  readonly #stood = this.#inner.append('rect').attr('class', 'strip-stood').attr('visibility', 'hidden');
  readonly #walk: Walk;
  #picture: Picture | null = null;
  #scales: Scales | null = null;

  constructor(events: PlotEvents) {
    this.#events = events;
    this.#svg.attr('class', 'strip-svg').attr('aria-hidden', 'true').attr('direction', 'ltr');
    const layer = (name: string): SVGGElement => this.#inner.append('g').attr('class', name).node() as SVGGElement;
    this.#frame = new Frame(layer('strip-behind'), layer('strip-around'));
    this.#brush = new Brush(layer('strip-brush'), {
      preview: (rect) => { this.#preview(rect); },
      end: (rect) => { this.#taken(rect); },
      press: (at) => { this.#press(at); },
    });
    this.#marks = new Marks(layer('strip-marks'));
    for (const above of [this.#uncertain, this.#stood]) above.raise();
    this.element = h(
      'div',
      { class: 'strip-plot', role: 'application', tabindex: '0', 'aria-label': t('strip.plot') },
      this.#canvas,
      this.#svg.node(),
      this.#legend,
      this.#tip,
      this.#said,
    );
    this.#walk = new Walk(this.element, {
      stand: (cell, until) => { this.#stand(cell, until); },
      choose: (cell, until) => { this.#choose(cell, until); },
      leave: () => { this.#stood.attr('visibility', 'hidden'); this.#hideTip(); },
    });
    this.#listen();
  }

  /** The plot's own size, without what stands around it; that which it had while the table takes its place. */
  size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.element;
    if (this.element.hidden && this.#scales) return this.#scales;
    const { start, end, top, bottom } = guttersFor(clientWidth);
    return { width: Math.max(1, clientWidth - start - end), height: Math.max(1, clientHeight - top - bottom) };
  }

  draw(picture: Picture): void {
    this.#picture = picture;
    const gutters = guttersFor(this.element.clientWidth);
    const { width, height } = this.size();
    const scales = scalesOf(picture.domain, width, height);
    this.#scales = scales;
    const left = document.documentElement.dir === 'rtl' ? gutters.end : gutters.start;
    this.#inner.attr('transform', `translate(${left},${gutters.top})`);
    for (const [name, px] of [['left', left], ['top', gutters.top], ['width', width], ['height', height]] as const) this.#canvas.style[name] = `${px}px`;
    this.repaint();
    this.#frame.draw(scales, picture.ground, picture.labels, gutters);
    this.#marks.draw(picture.incidents, scales);
    this.#brush.resize(scales);
    this.#brush.show(rectOf(picture.pick, scales));
    this.#walk.show(picture.cells);
  }

  /** The shades, above the axis of kilometres. */
  legend(grain: string, keys: readonly Key[]): void {
    replace(this.#legend, grain, ...keys.map(({ mark, words }) => h('span', { class: 'strip-class' }, mark, words)));
  }

  /** As it is drawn now, with so many pixels to one of the page's. */
  picture(ratio: number): SharpPicture | null {
    const [svg, { clientWidth, clientHeight }] = [this.#svg.node(), this.element];
    const canvas = h('canvas', { width: String(clientWidth * ratio), height: String(clientHeight * ratio) });
    const pen = canvas.getContext('2d');
    if (!svg || !pen || !clientWidth) return null;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.#canvas;
    pen.scale(ratio, ratio);
    pen.fillStyle = getComputedStyle(this.#canvas).backgroundColor;
    pen.fillRect(offsetLeft, offsetTop, offsetWidth, offsetHeight);
    // Cells are rectangles: smoothed they would only blur.
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.#canvas, offsetLeft, offsetTop, offsetWidth, offsetHeight);
    drawSvg(pen, svg, { left: 0, top: 0, width: clientWidth });
    return { canvas, ratio };
  }

  /** Colours changed. */
  repaint(): void {
    if (this.#scales) paintHeat(this.#canvas, this.#picture?.cells ?? null, this.#scales);
  }

  showPick(pick: Pick): void {
    if (!this.#picture || !this.#scales) return;
    this.#picture = { ...this.#picture, pick };
    this.#brush.show(rectOf(pick, this.#scales));
  }

  showVisible(stretches: readonly Stretch[]): void {
    this.#frame.showVisible(stretches);
  }

  /** What is pointed at elsewhere, and what is chosen. */
  highlight(hovered: string | null, selected: string | null, segment: string | null): void {
    this.#marks.highlight(hovered, selected);
    this.#frame.highlight(segment);
    this.#showUncertain(this.#picture?.incidents.find(({ id }) => id === (hovered ?? selected)) ?? null);
  }

  /** How far along the border and in time a report may be off: its day or month, and its uncertain position. */
  #showUncertain(incident: MarkedIncident | null): void {
    const scales = this.#scales;
    const { border_km: km, position_uncertainty_m: metres } = incident?.properties ?? { border_km: null, position_uncertainty_m: null };
    if (!incident || !scales || km === null) {
      this.#uncertain.attr('d', null);
      return;
    }
    const { x, y } = scales;
    const [startMs, endMs] = spanOf(incident);
    const offKm = (metres ?? 0) / 1000;
    this.#uncertain.attr('d', `M${x((startMs + endMs) / 2)} ${Math.max(0, y(km - offKm))}V${Math.min(scales.height, y(km + offKm))}M${x(startMs)} ${y(km)}H${x(endMs)}`);
  }

  #listen(): void {
    const { element } = this;
    element.addEventListener('pointermove', (event) => { if (!event.buttons) this.#point(event); });
    element.addEventListener('pointerleave', () => { this.#hideTip(); this.#events.hover(null); });
    // On the brush itself; beside it the brush tells of presses.
    element.addEventListener('click', (event) => { if ((event.target as Element).classList.contains('selection')) this.#press(event); });
    new ResizeObserver(() => { if (element.clientWidth) this.#events.resized(); }).observe(element);
  }

  #at({ clientX, clientY }: Position): { x: number; y: number } | null {
    const box = this.#canvas.getBoundingClientRect();
    const [x, y] = [clientX - box.x, clientY - box.y];
    return x >= 0 && y >= 0 && x <= box.width && y <= box.height ? { x, y } : null;
  }

  #cellAt({ x, y }: { x: number; y: number }): Cell | null {
    const [scales, cells] = [this.#scales, this.#picture?.cells];
    return scales && cells ? cells.holding(scales.x.invert(x).getTime(), scales.y.invert(y)) : null;
  }

  #point(event: PointerEvent): void {
    const at = this.#at(event);
    const incident = at && this.#marks.near(at.x, at.y);
    this.#svg.classed('over-mark', Boolean(incident));
    this.#events.hover(incident?.id ?? null);
    if (!at) this.#hideTip();
    else if (incident) this.#showTip(at, ...aboutIncident(incident));
    else {
      const cell = this.#cellAt(at);
      if (cell) this.#showTip(at, ...this.#aboutCell(cell));
    }
  }

  #press(position: Position): void {
    const at = this.#at(position);
    if (!at) return;
    const incident = this.#marks.near(at.x, at.y);
    const cell = this.#cellAt(at);
    if (incident) this.#events.open(incident.id);
    else if (cell?.count) this.#events.take(pickBetween(cell, cell));
    else this.#events.drop();
  }

  #preview(rect: Rect): void {
    const pick = this.#pickAt(rect);
    if (pick) this.#showTip({ x: rect[1][0], y: rect[0][1] }, inWords(pick));
  }

  #taken(rect: Rect): void {
    const pick = this.#pickAt(rect);
    this.#hideTip();
    if (pick) this.#events.take(pick);
  }

  #pickAt(rect: Rect): Pick | null {
    return this.#scales && this.#picture ? pickAt(rect, this.#scales, this.#picture.whole) : null;
  }

  #stand(cell: Cell, until: Cell): void {
    const scales = this.#scales;
    if (!scales) return;
    const [a, b] = [corner(cell, until, Math.min), corner(cell, until, Math.max)];
    const [x0, x1, y0, y1] = [scales.x(a.startMs), scales.x(b.endMs), scales.y(a.fromKm), scales.y(b.toKm)];
    this.#stood.attr('visibility', 'visible').attr('x', x0).attr('width', x1 - x0).attr('y', y0).attr('height', y1 - y0);
    const words = cell === until ? this.#aboutCell(cell) : [inWords(pickBetween(cell, until))];
    this.#showTip({ x: x1, y: y0 }, ...words);
    this.#said.textContent = words.join(', ');
  }

  /** A cell of one report opens it; any other becomes the question. */
  #choose(cell: Cell, until: Cell): void {
    const [only, another] = (this.#picture?.incidents ?? []).filter((incident) => within(incident, cell));
    if (cell === until && cell.count === 1 && only && !another) this.#events.open(only.id);
    else this.#events.take(pickBetween(cell, until));
  }

  #aboutCell({ fromKm, toKm, startMs, count }: Cell): string[] {
    const interval = this.#picture?.cells.profile.interval ?? 'month';
    const segment = this.#picture?.ground.segments.find(({ properties: { km_to: to = 0 } }) => to > (fromKm + toKm) / 2);
    const name = segment ? this.#frame.nameOf(segment.properties) : '';
    return [
      tn('reports', count),
      t('strip.cell', { from: decimal(fromKm, 1), to: decimal(toKm, 1), time: formatInterval(isoDay(startMs), interval) }),
      name,
    ].filter(Boolean);
  }

  #showTip({ x, y }: { x: number; y: number }, ...lines: string[]): void {
    const { offsetLeft, offsetTop } = this.#canvas;
    replace(this.#tip, ...lines.map((line) => h('span', { dir: 'auto' }, line)));
    this.#tip.hidden = false;
    const room = this.element.clientWidth;
    // Beside the pointer, on the side where there is more room.
    const right = offsetLeft + x > room / 2;
    this.#tip.style.left = right ? '' : `${offsetLeft + x + 14}px`;
    this.#tip.style.right = right ? `${room - offsetLeft - x + 14}px` : '';
    this.#tip.style.top = `${Math.min(offsetTop + y, this.element.clientHeight - this.#tip.offsetHeight - 4)}px`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
  }
}

/** What a pick takes, in words. */
export function inWords({ from, to, km }: Pick): string {
  let time = '';
  if (from && to) time = formatDays(from, to);
  else if (from) time = t('filter.since', { from: formatDay(from) });
  else if (to) time = t('filter.until', { to: formatDay(to) });
  return [time, km && t('strip.km', { from: decimal(km[0], 1), to: decimal(km[1], 1) })].filter(Boolean).join(' · ');
}

function aboutIncident({ properties: { title, date, date_precision: precision, place, admin1, country, border_km: km } }: MarkedIncident): string[] {
  const where = [place && sayPlace({ place, admin1, country }).text, km === null ? null : t('map.km', { km: whole(km) })];
  return [title, [formatDate(date, precision, 'short'), ...where].filter(Boolean).join(' · ')];
}

function within(incident: MarkedIncident, { fromKm, toKm, startMs, endMs }: Cell): boolean {
  const km = incident.properties.border_km;
  const [start, end] = spanOf(incident);
  return km !== null && km >= fromKm && km < toKm && start >= startMs && end <= endMs;
}

function pickBetween(a: Cell, b: Cell): Pick {
  const [first, last] = [corner(a, b, Math.min), corner(a, b, Math.max)];
  return { from: isoDay(first.startMs), to: isoDay(last.endMs - DAY_MS), km: [first.fromKm, borderEnd(last.toKm)] };
}

function corner(a: Cell, b: Cell, of: (...values: number[]) => number): Pick4 {
  return { fromKm: of(a.fromKm, b.fromKm), toKm: of(a.toKm, b.toKm), startMs: of(a.startMs, b.startMs), endMs: of(a.endMs, b.endMs) };
}

type Pick4 = Omit<Cell, 'bin' | 'at' | 'count'>;
