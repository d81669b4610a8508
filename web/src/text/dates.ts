// Dates in the language and calendar chosen; Sorani's months are ours, because the browser knows none.

import { calendar, formatNumber, language, t } from '../i18n';
import { TRAITS } from '../i18n/languages';
import { calendarDay as dayIn, calendarOfYear, dayOf, type CalendarDay } from '../state/calendars';
import { westernDigits } from '../state/coordinates';
import type { Calendar } from '../state/view';

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

/** Year, month and day of a UTC day in the calendar chosen. */
export function calendarDay(date: Date): CalendarDay {
  return dayIn(date, calendar());
}

/** A day in numbers of the calendar chosen, as it is typed: ۱۴۰۲/۰۱/۱۵. */
export function dayInNumbers(iso: string): string {
  const { year, month, day } = calendarDay(new Date(`${iso}T00:00:00Z`));
  const digits = (value: number, least: number): string => formatNumber(value, { useGrouping: false, minimumIntegerDigits: least });
  return [digits(year, 4), digits(month, 2), digits(day, 2)].join('/');
}

/** The day (YYYY-MM-DD) that such numbers mean, in digits of any script; null where there is no such day. */
export function dayOfNumbers(text: string): string | null {
  const written = numbersOfDay(text);
  return written && dayOf(written, calendar());
}

/**
 * What such numbers mean in the calendar that isn't chosen, where only there their year makes sense: the year as it is
 * read, and the day, null where the other calendar has no such day. Else null.
 */
export function dayOtherwise(text: string): { readonly year: string; readonly day: string | null } | null {
  const written = numbersOfDay(text);
  const other = written && calendarOfYear(written.year, calendar());
  return other && { year: formatNumber(written.year, { useGrouping: false }), day: dayOf(written, other) };
}

function numbersOfDay(text: string): CalendarDay | null {
  const [, year, month, day] = (/^(\d{3,4})[/.\-\s]+(\d{1,2})[/.\-\s]+(\d{1,2})$/.exec(westernDigits(text).trim()) ?? []).map(Number);
  return year === undefined || month === undefined || day === undefined ? null : { year, month, day };
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
