// The strip's two scales (time across, kilometres down), how finely they are cut, and the brush as part of the filter.

import { scaleLinear, scaleUtc, type ScaleLinear, type ScaleTime } from 'd3-scale';
import type { Interval } from '../api/types';
import { borderEnd, type Filter } from '../state/view';

export const DAY_MS = 86_400_000;

/** A stretch of time (half-open, in milliseconds since 1970) and of the border. */
export interface Domain {
  readonly startMs: number;
  readonly endMs: number;
  readonly fromKm: number;
  readonly toKm: number;
}

export interface Scales {
  /** Time runs left to right in every language, as in charts everywhere. */
  readonly x: ScaleTime<number, number>;
  /** North is up, as on the map. */
  readonly y: ScaleLinear<number, number>;
  readonly width: number;
  readonly height: number;
}

/** How finely the server is asked to cut. */
export interface Grain {
  readonly binKm: number;
  readonly interval: Interval;
}

/** What the brush takes; null leaves that end, or the border, open. */
export interface Pick {
  readonly from: string | null;
  readonly to: string | null;
  readonly km: readonly [number, number] | null;
}

export type Rect = readonly [readonly [number, number], readonly [number, number]];

/** Smaller cells can't be told apart, nor pointed at. */
const CELL_PX_MIN = 6;
const BINS_KM = [1, 2, 5, 10, 20, 50, 100, 200];
const INTERVALS: readonly (readonly [Interval, number])[] = [['day', 1], ['week', 7], ['month', 30.4], ['quarter', 91.3], ['year', 365.25]];

export function scalesOf({ startMs, endMs, fromKm, toKm }: Domain, width: number, height: number): Scales {
  return {
    x: scaleUtc().domain([startMs, endMs]).range([0, width]),
    y: scaleLinear().domain([fromKm, toKm]).range([0, height]),
    width,
    height,
  };
}

/** The finest bins and intervals whose cells can still be seen. */
export function grainOf({ startMs, endMs, fromKm, toKm }: Domain, width: number, height: number): Grain {
  const kmPx = height / (toKm - fromKm);
  const dayPx = width / ((endMs - startMs) / DAY_MS);
  return {
    binKm: BINS_KM.find((km) => km * kmPx >= CELL_PX_MIN) ?? 200,
    interval: INTERVALS.find(([, days]) => days * dayPx >= CELL_PX_MIN)?.[0] ?? 'year',
  };
}

/** Whole months around what the data cover, and the whole line. */
export function wholeDomain(first: string, last: string, lengthKm: number): Domain {
  const [start, end] = [new Date(first), new Date(last)];
  return {
    startMs: Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), 1),
    endMs: Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 1),
    fromKm: 0,
    toKm: lengthKm,
  };
}

/** The part of a domain that a brush takes; at least a few days and kilometres, so that a scale stands. */
export function zoomed(domain: Domain, { from, to, km }: Pick): Domain {
  const startMs = from ? dayStart(from) : domain.startMs;
  const endMs = to ? dayStart(to) + DAY_MS : domain.endMs;
  const [fromKm, toKm] = km ?? [domain.fromKm, domain.toKm];
  const enough = endMs - startMs >= 7 * DAY_MS && toKm - fromKm >= 5;
  return enough ? { startMs, endMs, fromKm, toKm } : domain;
}

export function pickOf({ from, to, area }: Filter): Pick {
  return { from, to, km: area?.kind === 'corridor' ? [area.fromKm, area.toKm] : null };
}

/** A brush over all of the border asks for no corridor, and leaves a box or polygon standing. */
export function filterWith(filter: Filter, { from, to, km }: Pick, withinM: number): Filter {
  const kept = filter.area?.kind === 'corridor' ? null : filter.area;
  const area = km ? ({ kind: 'corridor', fromKm: km[0], toKm: km[1], withinM } as const) : kept;
  return { ...filter, from, to, area };
}

/** Where the brush lies; null where nothing is taken. */
export function rectOf({ from, to, km }: Pick, { x, y, width, height }: Scales): Rect | null {
  if (!from && !to && !km) return null;
  const [left, right] = [from ? x(dayStart(from)) : 0, to ? x(dayStart(to) + DAY_MS) : width];
  const [top, bottom] = km ? [y(km[0]), y(km[1])] : [0, height];
  const [x0, x1] = [clamp(left, width), clamp(right, width)];
  const [y0, y1] = [clamp(top, height), clamp(bottom, height)];
  return x1 > x0 && y1 > y0 ? [[x0, y0], [x1, y1]] : null;
}

/**
 * What a rectangle takes: whole days and whole kilometres. An edge at the edge of the whole leaves that end open, and
 * one that shows only a part of the whole keeps what was asked beyond it.
 */
export function pickAt([[x0, y0], [x1, y1]]: Rect, { x, y, width, height }: Scales, whole: Domain): Pick {
  const at = (px: number): number => Math.round(x.invert(px).getTime() / DAY_MS) * DAY_MS;
  const first = at(x0);
  const last = Math.max(at(x1) - DAY_MS, first);
  const domainX = x.domain().map(Number);
  const domainY = y.domain();
  const end = borderEnd(whole.toKm);
  const fromKm = Math.min(Math.round(y.invert(y0)), Math.floor(end - 1));
  const toEnd = y1 >= height - 1 && (domainY[1] ?? 0) >= whole.toKm;
  const toKm = toEnd ? end : Math.max(Math.round(y.invert(y1)), fromKm + 1);
  const wholeLine = y0 <= 1 && toEnd && domainY[0] === whole.fromKm;
  return {
    from: x0 <= 1 && domainX[0] === whole.startMs ? null : isoDay(first),
    to: x1 >= width - 1 && domainX[1] === whole.endMs ? null : isoDay(last),
    km: wholeLine ? null : [fromKm, toKm],
  };
}

export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function clamp(px: number, most: number): number {
  return Math.min(most, Math.max(0, px));
}
