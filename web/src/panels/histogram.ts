// How many reports there are month by month, whatever the days asked for; a brush on it sets them.

import { axisBottom } from 'd3-axis';
import { brushX, type BrushBehavior, type D3BrushEvent } from 'd3-brush';
import { scaleLinear, scaleUtc, type ScaleTime } from 'd3-scale';
import { select, type Selection } from 'd3-selection';
import type { Answers } from '../answers';
import type { Profile } from '../api/types';
import { t } from '../i18n';
import { addDays, addMonths, nearestMonth, type Days } from '../state/months';
import type { View } from '../state/view';
import { formatDay, formatDays, whole } from '../text/format';
import { h } from './dom';
import { Play } from './play';

/** The drawing's own units; it is as wide as the panel. */
const WIDTH = 368;
const HEIGHT = 84;
const PLOT_HEIGHT = 62;
const TOP = 4;

/** How wide a line of a handle is seen. */
const GRIP_PX = 4;
/** How much of a handle lies outside of what is brushed (ask.css). */
const OUTSIDE = 0.85;

export interface HistogramEvents {
  /** `push` is a step that Back undoes. */
  days(from: string | null, to: string | null, step: 'push' | 'replace'): void;
}

export class Histogram {
  readonly element: HTMLElement;
  readonly #events: HistogramEvents;
  readonly #svg = select(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
  readonly #caption = h('figcaption', { class: 'quiet' });
  readonly #play: Play;
  readonly #time: ScaleTime<number, number> = scaleUtc().range([0, WIDTH]);
  readonly #brush: BrushBehavior<unknown> = brushX<unknown>().extent([[0, 0], [WIDTH, PLOT_HEIGHT]]).handleSize(handlePx());
  readonly #bars: Selection<SVGGElement, unknown, null, undefined>;
  readonly #axis: Selection<SVGGElement, unknown, null, undefined>;
  readonly #brushed: Selection<SVGGElement, unknown, null, undefined>;
  #months: Profile | null = null;
  #days: { from: string | null; to: string | null } = { from: null, to: null };

  constructor(events: HistogramEvents) {
    this.#events = events;
    this.#play = new Play({ days: (days, step) => { events.days(days.from, days.to, step); } });
    this.#svg.attr('viewBox', `0 0 ${WIDTH} ${HEIGHT}`).attr('role', 'group').attr('aria-label', t('histogram.label'));
    this.#drawGrips();
    this.#bars = this.#svg.append('g').attr('class', 'bars').attr('aria-hidden', 'true');
    this.#axis = this.#svg.append('g').attr('class', 'axis').attr('aria-hidden', 'true').attr('transform', `translate(0 ${PLOT_HEIGHT})`);
    this.#brushed = this.#svg.append('g').attr('class', 'brush');
    this.#brush.on('brush', (event: D3BrushEvent<unknown>) => { this.#say(this.#covered(event)); });
    this.#brush.on('end', (event: D3BrushEvent<unknown>) => { this.#ended(event); });
    const figure = h('figure', { class: 'histogram' }, this.#caption);
    const drawing = this.#svg.node();
    if (drawing) figure.prepend(drawing);
    this.element = h('div', { class: 'time' }, figure, this.#play.element);
  }

  show({ filter }: View, answers: Answers): void {
    const { months, busy } = answers;
    const refused = answers.standing('months') === 'refused';
    this.element.classList.toggle('unanswered', refused);
    if (refused) {
      this.#months = null;
      this.#caption.textContent = t('count.unanswered');
      return;
    }
    const { from, to } = filter;
    const redrawn = months !== null && months !== this.#months;
    if (redrawn) {
      if (!this.#months) this.#openBrush();
      this.#months = months;
      this.#draw(months);
    }
    if (redrawn || from !== this.#days.from || to !== this.#days.to) {
      this.#days = { from, to };
      this.#mark();
    }
    if (answers.standing('months') === 'away') this.#caption.textContent = t('state.earlier');
    const all = this.#all();
    if (all) this.#play.show({ from, to }, all, busy);
  }

  /** The days that the data cover, in whole months. */
  #all(): Days | null {
    const [first, end] = [this.#months?.interval_starts[0], this.#months?.intervals_end];
    return first && end ? { from: first, to: addDays(end, -1) } : null;
  }

  /** A handle is a target for a finger; a slim line of it is painted, where what is brushed ends. */
  #drawGrips(): void {
    const share = GRIP_PX / handlePx() / 2;
    for (const [end, at] of [['w', OUTSIDE], ['e', 1 - OUTSIDE]] as const) {
      const grip = this.#svg.append('linearGradient').attr('id', `brush-grip-${end}`);
      for (const [offset, part] of [[at - share, 'room'], [at - share, 'line'], [at + share, 'line'], [at + share, 'room']] as const) {
        grip.append('stop').attr('offset', offset).attr('class', `grip-${part}`);
      }
    }
  }

  #openBrush(): void {
    this.#brushed.call(this.#brush);
    for (const end of ['w', 'e'] as const) {
      this.#brushed.select<SVGRectElement>(`.handle--${end}`)
        .attr('tabindex', '0').attr('role', 'slider').attr('aria-label', t(end === 'w' ? 'histogram.first' : 'histogram.last'))
        // d3 would let them stand out above and below the bars.
        .style('y', '0').style('height', String(PLOT_HEIGHT))
        .on('keydown', (event: KeyboardEvent) => { this.#key(event, end); });
    }
  }

  /**
   * Without days chosen d3 takes the handles away, and a keyboard could never choose any: they stand at both ends. A pointer
   * passes through them and begins a choice.
   */
  #offerHandles(): void {
    for (const [end, x] of [['w', 0], ['e', WIDTH]] as const) {
      this.#brushed.select(`.handle--${end}`)
        .style('display', null).style('pointer-events', 'none')
        .attr('x', x - handlePx() / 2).attr('width', handlePx());
    }
  }

  #draw({ interval_starts: starts, intervals_end: end, interval_totals: totals }: Profile): void {
    const time = (day: string | null | undefined): Date => new Date(`${day ?? end ?? ''}T00:00:00Z`);
    this.#time.domain([time(starts[0]), time(end)]);
    const height = scaleLinear([0, Math.max(1, ...totals)], [0, PLOT_HEIGHT - TOP]);
    const left = (i: number): number => this.#time(time(starts[i]));
    this.#bars.selectAll('rect').data([...totals]).join('rect')
      .attr('x', (_, i) => left(i))
      .attr('width', (_, i) => Math.max(0.5, left(i + 1) - left(i) - 0.6))
      .attr('y', (count) => PLOT_HEIGHT - height(count))
      .attr('height', (count) => height(count))
      .attr('data-month', (_, i) => starts[i] ?? null)
      .attr('data-count', (count) => count);
    const axis = axisBottom<Date>(this.#time).ticks(6).tickSizeOuter(0).tickFormat((date) => formatDay(date.toISOString(), 'year'));
    this.#axis.call(axis);
  }

  /** Shows the days asked for: as the brush, in the bars' colour, in words and to a screen reader. */
  #mark(): void {
    const all = this.#all();
    if (!all) return;
    const { from, to } = this.#days;
    const chosen = from !== null || to !== null ? { from: from ?? all.from, to: to ?? all.to } : null;
    const at = (day: string): number => Math.min(WIDTH, Math.max(0, this.#time(new Date(`${day}T00:00:00Z`))));
    this.#brushed.selectAll('.handle').style('pointer-events', null);
    this.#brushed.call((group) => { this.#brush.move(group, chosen && [at(chosen.from), Math.max(at(chosen.from) + 1, at(addDays(chosen.to, 1)))]); });
    if (!chosen) this.#offerHandles();
    this.#bars.selectAll<SVGRectElement, number>('rect').classed('apart', (_, i) => {
      const start = this.#months?.interval_starts[i] ?? '';
      return chosen !== null && (start > chosen.to || addMonths(start, 1) <= chosen.from);
    });
    const { from: first, to: last } = chosen ?? all;
    for (const [end, day] of [['w', first], ['e', last]] as const) {
      this.#brushed.select(`.handle--${end}`)
        .attr('aria-valuemin', Date.parse(all.from)).attr('aria-valuemax', Date.parse(all.to))
        .attr('aria-valuenow', Date.parse(day)).attr('aria-valuetext', formatDay(day));
    }
    this.#say(chosen);
  }

  #say(chosen: Days | null): void {
    const all = this.#all();
    const totals = this.#months?.interval_totals ?? [];
    const most = t('histogram.most', { n: whole(Math.max(0, ...totals)) });
    if (all) this.#caption.textContent = `${formatDays((chosen ?? all).from, (chosen ?? all).to, 'month')} · ${most}`;
  }

  /** What the brush covers, in whole months. */
  #covered({ selection }: D3BrushEvent<unknown>): Days | null {
    const [left, right] = (selection ?? []) as [number?, number?];
    if (left === undefined || right === undefined) return null;
    const from = nearestMonth(this.#time.invert(left));
    const until = nearestMonth(this.#time.invert(right));
    return { from, to: addDays(until > from ? until : addMonths(from, 1), -1) };
  }

  #ended(event: D3BrushEvent<unknown>): void {
    // Moved by the view and not by a hand: then the view knows already.
    if (!event.sourceEvent) return;
    this.#play.pause();
    const covered = this.#covered(event);
    this.#events.days(covered?.from ?? null, covered?.to ?? null, 'push');
    this.#mark();
  }

  #key(event: KeyboardEvent, end: 'w' | 'e'): void {
    const months = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 }[event.key];
    const all = this.#all();
    if (months === undefined || !all) return;
    event.preventDefault();
    this.#play.pause();
    const [from, to] = [this.#days.from ?? all.from, this.#days.to ?? all.to];
    const moved = end === 'w' ? addMonths(from, months) : addDays(addMonths(addDays(to, 1), months), -1);
    if (end === 'w' ? moved <= to : moved >= from) this.#events.days(end === 'w' ? moved : from, end === 'e' ? moved : to, 'push');
  }
}

/** What a pointer needs: a finger more than a mouse. */
function handlePx(): number {
  return matchMedia('(pointer: coarse)').matches ? 46 : 24;
}
