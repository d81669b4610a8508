// Dates in the language and calendar chosen; Sorani's months are ours, because the browser knows none.

import { calendar, formatNumber, language, t } from '../i18n';
import { TRAITS } from '../i18n/languages';
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

function numeric(chosen: Calendar): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-u-nu-latn', {
    calendar: chosen, timeZone: 'UTC', year: 'numeric', month: 'numeric', day: 'numeric',
  });
}
