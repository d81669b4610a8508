// Words for numbers, distances, precision, dates and positions, saying no more than is known.

import { calendar, formatNumber, t, term, type MessageKey } from '../i18n';
import type { IncidentProperties, Interval } from '../api/types';
import type { LngLat } from '../state/view';
import { calendarDay, clockWords, dateWords, rangeWords, type Part, type Style } from './dates';

const NBSP = '\u00a0';

/** A number with at most so many decimals. */
export function decimal(value: number, digits: number): string {
  return formatNumber(value, { maximumFractionDigits: digits });
}

export function whole(value: number): string {
  return decimal(Math.round(value), 0);
}

/** A change: its sign is always said. */
export function signed(value: number): string {
  return formatNumber(value, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });
}

/** A share, as in 0.42, in per cent. */
export function percent(share: number): string {
  return formatNumber(share, { style: 'percent', maximumFractionDigits: 0 });
}

/** A distance in metres or kilometres, with as many digits as make sense for its size. */
export function formatDistance(metres: number): string {
  if (metres < 950) return withUnit('unit.m', whole(roundTo(metres, metres < 100 ? 1 : 10)));
  const km = metres / 1000;
  return withUnit('unit.km', decimal(km, km < 9.95 ? 1 : 0));
}

/** A distance that somebody chose, or a bound of one: exactly that. */
export function formatExact(metres: number): string {
  return metres < 1000 ? withUnit('unit.m', decimal(metres, 1)) : withUnit('unit.km', decimal(metres / 1000, 3));
}

/** A length that was measured on the map: finer than a distance to something reported. */
export function formatLength(metres: number): string {
  if (metres < 1000) return withUnit('unit.m', whole(metres));
  const km = metres / 1000;
  return withUnit('unit.km', decimal(km, km < 100 ? 2 : 1));
}

/** An area in square metres or kilometres, to three digits or so. */
export function formatArea(squareMetres: number): string {
  if (squareMetres < 100_000) return withUnit('unit.m2', whole(squareMetres));
  const km2 = squareMetres / 1e6;
  return withUnit('unit.km2', decimal(km2, km2 < 10 ? 2 : km2 < 100 ? 1 : 0));
}

/**
 * A distance to a position that is only known within `uncertaintyM`: never finer than that, and
 * nothing but the uncertainty where the distance is smaller.
 */
export function formatAbout(metres: number, uncertaintyM: number | null): string {
  if (!uncertaintyM || uncertaintyM < metres / 100) return formatDistance(metres);
  const step = uncertaintyM >= 1000 ? 1000 : 100;
  return t('distance.about', { distance: formatDistance(Math.max(step, roundTo(metres, step))) });
}

/** The same with how far the position may be off beside it: the one form that a distance has everywhere. */
export function formatUncertain(metres: number, uncertaintyM: number | null): string {
  const about = formatAbout(metres, uncertaintyM);
  return uncertaintyM ? t('distance.both', { about, uncertain: formatOff(uncertaintyM) }) : about;
}

/** How far a position may be off: ±15 km. */
export function formatOff(uncertaintyM: number): string {
  return t('distance.uncertain', { distance: formatDistance(uncertaintyM) });
}

/** How well a position is known, in words. */
export function formatPrecision(precision: string, uncertaintyM: number | null): string {
  const name = term('precision', precision);
  return uncertaintyM ? t('precision.within', { class: name, distance: formatDistance(uncertaintyM) }) : name;
}

/** A date as precisely as it is known: month precision is that whole month. */
export function formatDate(date: string, precision: string, style: Style = 'long'): string {
  const day = utcDay(date);
  if (!day) return date;
  if (precision !== 'month') return dateWords(day, 'day', style);
  const month = wholeMonth(day, style);
  return style === 'long' ? t('date.month', { month }) : month;
}

/** A day (YYYY-MM-DD) as a day, or no more of it than its month or year. */
export function formatDay(date: string, part: Part = 'day', style: Style = 'short'): string {
  const day = utcDay(date);
  return day ? dateWords(day, part, style) : date;
}

/** From one day to another, both inclusive. */
export function formatDays(from: string, to: string, part: Part = 'day', style: Style = 'short'): string {
  const [first, last] = [utcDay(from), utcDay(to)];
  return first && last ? rangeWords(first, last, part, style) : t('range', { from, to });
}

/** One of the intervals that the server counts by, told by its first day; they are Gregorian in every calendar. */
export function formatInterval(first: string, interval: Interval): string {
  const start = utcDay(first);
  if (!start) return first;
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  switch (interval) {
    case 'day':
      return dateWords(start, 'day', 'short');
    case 'week':
      return rangeWords(start, new Date(start.getTime() + 6 * 86_400_000), 'day', 'short');
    case 'month':
      return wholeMonth(start, 'short');
    case 'quarter':
      return rangeWords(start, new Date(Date.UTC(year, month + 3, 0)), 'month', 'short');
    case 'year':
      return calendar() === 'gregory' ? dateWords(start, 'year', 'short') : rangeWords(start, new Date(Date.UTC(year + 1, 0, 0)), 'month', 'short');
  }
}

/** A day on an axis of time: the year where one begins, the month where one begins, else the day. */
export function formatTick(at: Date): string {
  const { month, day } = calendarDay(at);
  if (day !== 1) return dateWords(at, 'day', 'short');
  return dateWords(at, month === 1 ? 'year' : 'month', 'short');
}

/** The time of day in the reader's own zone. */
export function formatClock(time: Date): string {
  return clockWords(time);
}

export function formatPosition({ lng, lat }: LngLat): string {
  const degrees = (value: number): string => formatNumber(Math.abs(value), { minimumFractionDigits: 4, maximumFractionDigits: 4 });
  return t('position.pair', {
    lat: t(lat < 0 ? 'position.south' : 'position.north', { degrees: degrees(lat) }),
    lng: t(lng < 0 ? 'position.west' : 'position.east', { degrees: degrees(lng) }),
  });
}

/** Border kilometre, distance and side of a feature; the distance as fine as the position allows. */
export function formatBorder(
  { border_km: km, border_distance_m: distance, border_side: side }: Pick<IncidentProperties, 'border_km' | 'border_distance_m' | 'border_side'>,
  uncertaintyM: number | null,
): string | null {
  if (km === null || distance === null) return null;
  // A crossing lies on the line by definition; a metre's difference says nothing at this precision.
  if (uncertaintyM && distance < Math.min(uncertaintyM, 1000)) return t('incident.border.at', { km: whole(km) });
  const words = { km: whole(km), distance: formatUncertain(distance, uncertaintyM) };
  return side ? t('incident.border.value', { ...words, side: term('side', side) }) : t('incident.border.noside', words);
}

/** Deaths as a number or a range, or null where none were stated. */
export function formatFatalities(min: number | null, max: number | null): string | null {
  const [least, most] = [min ?? max, max ?? min];
  if (least === null || most === null) return null;
  return least === most ? whole(least) : t('range', { from: whole(least), to: whole(most) });
}

/** The Gregorian month of a day; in another calendar it begins and ends within months. */
function wholeMonth(day: Date, style: Style): string {
  if (calendar() === 'gregory') return dateWords(day, 'month', style);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const [first, last] = [new Date(Date.UTC(year, month, 1)), new Date(Date.UTC(year, month + 1, 0))];
  return rangeWords(first, last, style === 'long' ? 'day' : 'month', style);
}

function utcDay(date: string): Date | null {
  const day = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? null : day;
}

/** A number and its unit stay on one line. */
function withUnit(unit: MessageKey & `unit.${string}`, n: string): string {
  return t(unit, { n }).replaceAll(' ', NBSP);
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
