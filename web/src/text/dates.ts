// Dates in the language and calendar chosen; Sorani's months are ours, because the browser knows none.

import { calendar, formatNumber, language, t } from '../i18n';
import { TRAITS } from '../i18n/languages';
import { westernDigits } from '../state/coordinates';
import type { Calendar } from '../state/view';

const DAY_MS = 86_400_000;

/** Kurdish names: of the Gregorian months as Iraq uses them, of the Iranian ones as Kurds in Iran do. */
const SORANI_MONTHS: Record<Calendar, readonly string[]> = {
  gregory: [
    'کانوونی دووەم', 'شوبات', 'ئازار', 'نیسان', 'ئایار', 'حوزەیران',
    'تەمووز', 'ئاب', 'ئەیلوول', 'تشرینی یەکەم', 'تشرینی دووەم', 'کانوونی یەکەم',
  ],
  persian: [
    'خاکەلێوە', 'گوڵان', 'جۆزەردان', 'پووشپەڕ', 'گەلاوێژ', 'خەرمانان',
    'ڕەزبەر', 'گەڵاڕێزان', 'سەرماوەز', 'بەفرانبار', 'ڕێبەندان', 'ڕەشەمە',
  ],
};

/** How much of a date is said. */
export type Part = 'day' | 'month' | 'year';
export type Style = 'long' | 'short';

export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** A UTC day in the words of the language. */
export function dateWords(date: Date, part: Part, style: Style): string {
  return language() === 'ckb' ? sorani(date, part) : inWords(part, style).format(date);
}

/** From one UTC day to another, what they share said once. */
export function rangeWords(from: Date, to: Date, part: Part, style: Style): string {
  if (language() !== 'ckb') return inWords(part, style).formatRange(from, to);
  const [first, last] = [sorani(from, part), sorani(to, part)];
  return first === last ? first : t('range', { from: first, to: last });
}

/** Year, month and day of a UTC day in a calendar. */
export function calendarDay(date: Date, chosen: Calendar = calendar()): CalendarDay {
  const parts = numeric(chosen).formatToParts(date);
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day') };
}

/** A day in numbers of the calendar chosen, as it is typed: ۱۴۰۲/۰۱/۱۵. */
export function dayInNumbers(iso: string): string {
  const { year, month, day } = calendarDay(new Date(`${iso}T00:00:00Z`));
  const digits = (value: number, least: number): string => formatNumber(value, { useGrouping: false, minimumIntegerDigits: least });
  return [digits(year, 4), digits(month, 2), digits(day, 2)].join('/');
}

/** The day (YYYY-MM-DD) that such numbers mean, in digits of any script; null where there is no such day. */
export function dayOfNumbers(text: string): string | null {
  const [, year, month, day] = (/^(\d{3,4})[/.\-\s]+(\d{1,2})[/.\-\s]+(\d{1,2})$/.exec(westernDigits(text).trim()) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  // A year's first day is within a day of the same date every year, and its months are at least 29 days long: the day is near.
  const offset = calendar() === 'persian' ? Date.UTC(year + 621, 2, 21) : Date.UTC(year, 0, 1);
  const guess = offset + ((month - 1) * 30 + day) * DAY_MS;
  for (let ms = guess - 4 * DAY_MS; ms <= guess + 9 * DAY_MS; ms += DAY_MS) {
    const found = calendarDay(new Date(ms));
    if (found.year === year && found.month === month && found.day === day) return new Date(ms).toISOString().slice(0, 10);
  }
  return null;
}

/** A clock time of the reader's own zone, for things of the moment. */
export function clockWords(date: Date): string {
  return date.toLocaleTimeString(TRAITS[language()].locale, { hour: '2-digit', minute: '2-digit', hour12: false });
}

function inWords(part: Part, style: Style): Intl.DateTimeFormat {
  // Persian months have no short forms, and the long ones put the year first where no day is said.
  const month = language() === 'fa' ? 'short' : style;
  return new Intl.DateTimeFormat(TRAITS[language()].locale, {
    calendar: calendar(),
    timeZone: 'UTC',
    year: 'numeric',
    ...(part !== 'year' && { month }),
    ...(part === 'day' && { day: 'numeric' }),
  });
}

function sorani(date: Date, part: Part): string {
  const { year, month, day } = calendarDay(date);
  const plain = { useGrouping: false };
  const ofYear = formatNumber(year, plain);
  const name = SORANI_MONTHS[calendar()][month - 1] ?? '';
  if (part === 'year') return ofYear;
  // The genitive ی is joined to day and month: ١٩ی ئازاری ٢٠٢٣.
  return part === 'month' ? `${name}ی ${ofYear}` : `${formatNumber(day, plain)}ی ${name}ی ${ofYear}`;
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
