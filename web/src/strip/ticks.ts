// Where the axis of time is marked: where years, months or days of the reader's calendar begin.

import type { ScaleTime } from 'd3-scale';
import { calendar } from '../i18n';
import { calendarDay } from '../text/dates';
import { DAY_MS } from './scales';

/** Beyond this many days Iranian months are too close to be marked, and finding them takes long. */
const MONTHS_DAYS_MAX = 900;

export function timeTicks(x: ScaleTime<number, number>, wanted: number): Date[] {
  const [start = 0, end = 0] = x.domain().map(Number);
  const days = (end - start) / DAY_MS;
  const gregorian = x.ticks(wanted);
  // Marks of single days are the same in every calendar.
  if (calendar() === 'gregory' || days < wanted * 10) return gregorian;
  return thinned(days > MONTHS_DAYS_MAX ? newYears(start, end) : monthStarts(start, end), wanted);
}

/** The Iranian year begins on one of these days of March. */
function newYears(start: number, end: number): Date[] {
  const found: Date[] = [];
  for (let year = new Date(start).getUTCFullYear(); year <= new Date(end).getUTCFullYear(); year++) {
    const days = [19, 20, 21, 22].map((day) => new Date(Date.UTC(year, 2, day)));
    const first = days.find((day) => isFirst(day) && day.getTime() >= start && day.getTime() <= end);
    if (first) found.push(first);
  }
  return found;
}

function monthStarts(start: number, end: number): Date[] {
  const found: Date[] = [];
  for (let ms = Math.ceil(start / DAY_MS) * DAY_MS; ms <= end; ms += DAY_MS) {
    const day = new Date(ms);
    if (isFirst(day)) found.push(day);
  }
  return found;
}

function isFirst(day: Date): boolean {
  return calendarDay(day).day === 1;
}

/** Every second, third … so that about as many stay as are wanted. */
function thinned(days: Date[], wanted: number): Date[] {
  const step = Math.max(1, Math.ceil(days.length / (wanted * 1.5)));
  return days.filter((_, i) => i % step === 0);
}
