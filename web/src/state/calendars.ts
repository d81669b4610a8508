// Days in both calendars, and in which of them a year makes sense.

import type { Calendar } from './view';

export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const DAY_MS = 86_400_000;

/** The years in which somebody who asks about this border writes a day: of either calendar, the last two centuries and the next. */
const YEARS: Record<Calendar, { readonly first: number; readonly last: number }> = {
  gregory: { first: 1900, last: 2200 },
  persian: { first: 1250, last: 1600 },
};
const OTHER: Record<Calendar, Calendar> = { gregory: 'persian', persian: 'gregory' };

/** Year, month and day of a UTC day in a calendar. */
export function calendarDay(date: Date, calendar: Calendar): CalendarDay {
  const parts = numeric(calendar).formatToParts(date);
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day') };
}

/** The day (YYYY-MM-DD) of a calendar; null where there is no such day. */
export function dayOf({ year, month, day }: CalendarDay, calendar: Calendar): string | null {
  // A year's first day is within a day of the same date every year, and its months are at least 29 days long: the day is near.
  const offset = calendar === 'persian' ? Date.UTC(year + 621, 2, 21) : Date.UTC(year, 0, 1);
  const guess = offset + ((month - 1) * 30 + day) * DAY_MS;
  for (let ms = guess - 4 * DAY_MS; ms <= guess + 9 * DAY_MS; ms += DAY_MS) {
    const found = calendarDay(new Date(ms), calendar);
    if (found.year === year && found.month === month && found.day === day) return new Date(ms).toISOString().slice(0, 10);
  }
  return null;
}

/** The calendar in which alone a year makes sense, where that is not the one that it is written in. */
export function calendarOfYear(year: number, written: Calendar): Calendar | null {
  const other = OTHER[written];
  return isWithin(year, other) && !isWithin(year, written) ? other : null;
}

/** The numbers of a day as links write it; null where they are none. */
export function numbersOf(iso: string): CalendarDay | null {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? []).map(Number);
  return year === undefined || month === undefined || day === undefined ? null : { year, month, day };
}

function isWithin(year: number, calendar: Calendar): boolean {
  return year >= YEARS[calendar].first && year <= YEARS[calendar].last;
}

/** Making one takes longer than using it a hundred times. */
const NUMERIC = new Map<Calendar, Intl.DateTimeFormat>();

function numeric(chosen: Calendar): Intl.DateTimeFormat {
  const made = NUMERIC.get(chosen) ?? new Intl.DateTimeFormat('en-u-nu-latn', {
    calendar: chosen, timeZone: 'UTC', year: 'numeric', month: 'numeric', day: 'numeric',
  });
  NUMERIC.set(chosen, made);
  return made;
}
