// What stands around and behind the strip's plot: both axes, the segments, the crossings, the agreements.

import { axisBottom, axisLeft, axisRight } from 'd3-axis';
import { select, type Selection } from 'd3-selection';
import type { Crossing, Names, Segment } from '../api/types';
import { language, t } from '../i18n';
import { textScale } from '../screen';
import type { Labels } from '../state/view';
import { formatDate, formatTick, whole } from '../text/format';
import { displayName } from '../text/names';
import { AGREEMENTS } from './agreements';
import { dayStart, type Scales } from './scales';
import { spread, type Placed } from './spread';
import { timeTicks } from './ticks';
import type { Stretch } from './visible';

/** The lines of the border, without which the strip has no axis. */
export interface Ground {
  readonly segments: readonly Segment[];
  readonly crossings: readonly Crossing[];
}

export interface Gutters {
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
  /** Whether there is room for names beside the axis. */
  readonly names: boolean;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Pixels for letters of the usual size. Below this width names would leave no plot. */
const NAMES_WIDTH_PX = 640;
const LINE_PX = 12;
/** Below this width the shades take a second line, and below that one of the plot a day's words reach the next day's line. */
const SHADES_WIDTH_PX = 300;
const DAYS_WIDTH_PX = 225;
const SHADES_PX = 18;
const DAY_PX = 66;
const DAY_LINE_PX = 16;
/** From the plot outward: numbers, the border, what the map shows of it, names. */
const BORDER_AT_PX = 45;
const VISIBLE_AT_PX = 52;
const NAMES_AT_PX = 60;

/**
 * The shades stand above the names, in the line of the agreements' days. Where there are no names, or the agreements lie on the
 * same side, they have a line of their own; where it is narrow, each of them.
 */
export function guttersFor(width: number): Gutters {
  const scale = textScale();
  const names = width >= NAMES_WIDTH_PX * scale;
  const beside = names && document.documentElement.dir !== 'rtl';
  const [start, end] = names ? [228, 140] : [60, 20];
  const usual = width / scale;
  const second = (usual < SHADES_WIDTH_PX ? SHADES_PX : 0) + (usual - start - end < DAYS_WIDTH_PX ? DAY_LINE_PX : 0);
  return { start: scale * start, end: scale * end, top: scale * ((beside ? 20 : 38) + second), bottom: scale * 22, names };
}

export class Frame {
  readonly #time: Group;
  readonly #km: Group;
  readonly #crossings: Group;
  readonly #agreements: Group;
  #visible: readonly Stretch[] = [];
  #scales: Scales | null = null;
  #rtl = false;
  #labels: Labels = 'local';

  /** `behind` lies below the marks and is as large as the plot; `around` holds the axes. */
  constructor(behind: SVGGElement, around: SVGGElement) {
    this.#agreements = select<SVGGElement, unknown>(behind);
    const outer = select<SVGGElement, unknown>(around);
    this.#time = outer.append('g').attr('class', 'axis axis-time');
    this.#km = outer.append('g').attr('class', 'axis axis-km');
    this.#crossings = outer.append('g').attr('class', 'strip-crossings');
  }

  draw(scales: Scales, { segments, crossings }: Ground, labels: Labels, { names }: Gutters): void {
    this.#scales = scales;
    this.#labels = labels;
    this.#rtl = document.documentElement.dir === 'rtl';
    const { x, height, width } = scales;
    // Time runs from left to right in every language, but words and digits of a day in the language's own way.
    for (const group of [this.#time, this.#agreements]) group.attr('direction', this.#rtl ? 'rtl' : 'ltr');
    const ticks = Math.max(2, Math.round(width / (90 * textScale())));
    this.#time.attr('transform', `translate(0,${height})`).call(axisBottom(x).tickValues(timeTicks(x, ticks)).tickFormat((at) => formatTick(at as Date)).tickSizeOuter(0));
    this.#drawKilometres(scales);
    this.#drawSegments(segments, labels, names);
    this.#drawCrossings(crossings, labels, names);
    this.#drawAgreements(names);
    this.showVisible(this.#visible);
  }

  /** The stretches that the map shows, beside the border. */
  showVisible(stretches: readonly Stretch[]): void {
    this.#visible = stretches;
    const scales = this.#scales;
    if (!scales) return;
    this.#km
      .selectAll('rect.strip-visible')
      .data(stretches)
      .join('rect')
      .attr('class', 'strip-visible')
      .attr('x', this.#outward(VISIBLE_AT_PX) - 1.5)
      .attr('width', 3)
      .attr('y', ([from]) => clip(scales.y(from), scales.height))
      .attr('height', ([from, to]) => clip(scales.y(to), scales.height) - clip(scales.y(from), scales.height));
  }

  nameOf(names: Names): string {
    return nameIn(names, this.#labels);
  }

  /** Marks a segment that is pointed at elsewhere. */
  highlight(segment: string | null): void {
    this.#km.selectAll<SVGGElement, Segment>('.strip-segment').classed('hovered', ({ id }) => id === segment);
  }

  #drawKilometres({ y, height }: Scales): void {
    const axis = this.#rtl ? axisRight(y) : axisLeft(y);
    this.#km
      .attr('transform', `translate(${this.#rtl ? (this.#scales?.width ?? 0) : 0},0)`)
      .call(axis.ticks(Math.max(2, Math.round(height / (26 * textScale())))).tickFormat((km) => whole(Number(km))).tickSizeOuter(0));
  }

  #drawSegments(segments: readonly Segment[], labels: Labels, names: boolean): void {
    const scales = this.#scales;
    if (!scales) return;
    const ends = ({ properties: { km_from: from = 0, km_to: to = 0 } }: Segment): [number, number] =>
      [clip(scales.y(from), scales.height), clip(scales.y(to), scales.height)];
    const shown = segments.filter((segment) => ends(segment)[1] > ends(segment)[0]);
    const bars = this.#km.selectAll<SVGGElement, Segment>('g.strip-segment').data(shown, ({ id }) => id).join((entered) => {
      const group = entered.append('g').attr('class', 'strip-segment');
      group.append('rect');
      group.append('title');
      return group;
    });
    bars.classed('alternate', ({ id }) => segments.findIndex((segment) => segment.id === id) % 2 === 1);
    bars.select('rect').attr('x', this.#outward(BORDER_AT_PX) - 2.5).attr('width', 5)
      .attr('y', (segment) => ends(segment)[0]).attr('height', (segment) => ends(segment)[1] - ends(segment)[0]);
    bars.select('title').text(({ properties }) => nameIn(properties, labels));
    const line = LINE_PX * textScale();
    const places = names ? shown.map((item) => ({ item, at: (ends(item)[0] + ends(item)[1]) / 2, weight: ends(item)[1] - ends(item)[0] })) : [];
    this.#drawNames(this.#km, 'strip-segment-name', spread(places, line, [line / 2, scales.height - line / 2], line), this.#outward(NAMES_AT_PX), this.#rtl, labels);
  }

  #drawCrossings(crossings: readonly Crossing[], labels: Labels, names: boolean): void {
    const scales = this.#scales;
    if (!scales) return;
    const at = ({ properties }: Crossing): number => scales.y(properties.border_km ?? -1);
    const shown = crossings.filter((crossing) => at(crossing) >= 0 && at(crossing) <= scales.height);
    const edge = this.#rtl ? 0 : scales.width;
    const way = this.#rtl ? -1 : 1;
    this.#crossings.attr('transform', `translate(${edge},0)`);
    this.#crossings.selectAll('path').data(shown).join('path')
      .attr('class', ({ properties }) => `strip-crossing ${properties.unverified ? 'unverified' : ''}`)
      .attr('d', (crossing) => `M${-way * scales.width} ${at(crossing)}H${way * 7}`);
    const line = LINE_PX * textScale();
    const places = shown
      .map((item) => ({ item, at: at(item), weight: item.properties.unverified ? 0 : 1 }))
      .sort((a, b) => a.at - b.at);
    const placed = names ? spread(places, line, [line / 2 - 4, scales.height - line / 2 + 4], line) : [];
    this.#drawNames(this.#crossings, 'strip-crossing-name', placed, way * 11, !this.#rtl, labels);
  }

  #drawNames<T extends { readonly id: string; readonly properties: Names }>(
    group: Group, name: string, placed: readonly Placed<T>[], x: number, toRight: boolean, labels: Labels,
  ): void {
    const texts = group.selectAll<SVGTextElement, Placed<T>>(`text.${name}`).data(placed, ({ item }) => item.id).join((entered) => {
      const text = entered.append('text').attr('class', name).attr('dy', '0.35em');
      text.append('tspan');
      text.append('title');
      return text;
    });
    texts.attr('x', x).attr('y', ({ at }) => at).attr('text-anchor', toRight ? 'start' : 'end');
    texts.select('tspan').text(({ item }) => brief(nameIn(item.properties, labels)));
    texts.select('title').text(({ item }) => nameIn(item.properties, labels));
  }

  /** Where it is narrow, days end at their lines: in the middle over them they would touch. */
  #drawAgreements(wide: boolean): void {
    const scales = this.#scales;
    if (!scales) return;
    const shown = AGREEMENTS.filter(({ day }) => scales.x(dayStart(day)) >= 0 && scales.x(dayStart(day)) <= scales.width);
    const atLeft = this.#rtl ? 'start' : 'end';
    const lines = this.#agreements.selectAll<SVGGElement, (typeof shown)[number]>('g').data(shown, ({ day }) => day).join((entered) => {
      const group = entered.append('g').attr('class', 'strip-agreement');
      group.append('path');
      group.append('text').attr('dy', '-0.55em');
      group.append('title');
      return group;
    });
    lines.attr('transform', ({ day }) => `translate(${scales.x(dayStart(day))},0)`);
    // A day too near to the one before is written above it, and its line led up there.
    const raised = ({ day }: { day: string }, i: number): number => {
      const before = shown[i - 1];
      return before && scales.x(dayStart(day)) - scales.x(dayStart(before.day)) < DAY_PX * textScale() ? -DAY_LINE_PX * textScale() : 0;
    };
    lines.select('path').attr('d', (agreement, i) => `M0 ${raised(agreement, i) - 4}V${scales.height}`);
    lines.select('text').attr('y', raised).text(({ day }) => formatDate(day, 'day', 'short')).attr('text-anchor', ({ day }) => (wide && scales.x(dayStart(day)) <= scales.width - 70 * textScale() ? 'middle' : atLeft));
    lines.select('title').text(({ day, name }) => t(name, { date: formatDate(day, 'day') }));
  }

  #outward(px: number): number {
    return (this.#rtl ? px : -px) * textScale();
  }
}

/** A line of the axis has room for one language: the reader's, unless the labels have one of their own. */
function nameIn(names: Names, labels: Labels): string {
  return displayName(names, labels === 'local' ? language() : labels);
}

/** A crossing's name without what stands in parentheses and after a comma; the whole is in its title. */
function brief(name: string): string {
  return name.replace(/\s*\([^)]*\)/g, '').replace(/[,،].*$/, '');
}

function clip(px: number, most: number): number {
  return Math.min(most, Math.max(0, px));
}
