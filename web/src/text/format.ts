// Words for distances, precision, dates and positions, saying no more than is known.

import { LOCALE, t, term } from '../i18n';
import type { IncidentProperties } from '../api/types';
import type { LngLat } from '../state/view';

const NBSP = '\u00a0';

/** A distance in metres or kilometres, with as many digits as make sense for its size. */
export function formatDistance(metres: number): string {
  if (metres < 950) return `${whole(roundTo(metres, metres < 100 ? 1 : 10))}${NBSP}m`;
  const km = metres / 1000;
  const digits = km < 9.95 ? 1 : 0;
  return `${km.toLocaleString(LOCALE, { maximumFractionDigits: digits })}${NBSP}km`;
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

/** How well a position is known, in words. */
export function formatPrecision(precision: string, uncertaintyM: number | null): string {
  const name = term('precision', precision);
  return uncertaintyM ? t('precision.within', { class: name, distance: formatDistance(uncertaintyM) }) : name;
}

/** A date as precisely as it is known: month precision is that whole month. */
export function formatDate(date: string, precision: string, style: 'long' | 'short' = 'long'): string {
  const day = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return date;
  const monthName = style;
  if (precision === 'month') {
    const month = day.toLocaleDateString(LOCALE, { month: monthName, year: 'numeric', timeZone: 'UTC' });
    return style === 'long' ? t('date.month', { month }) : month;
  }
  return day.toLocaleDateString(LOCALE, { day: 'numeric', month: monthName, year: 'numeric', timeZone: 'UTC' });
}

export function formatPosition({ lng, lat }: LngLat): string {
  const degrees = (value: number): string => Math.abs(value).toFixed(4);
  return `${degrees(lat)}° ${lat < 0 ? 'S' : 'N'}, ${degrees(lng)}° ${lng < 0 ? 'W' : 'E'}`;
}

/** Border kilometre, distance and side of a feature; the distance as fine as the position allows. */
export function formatBorder(
  { border_km: km, border_distance_m: distance, border_side: side }: Pick<IncidentProperties, 'border_km' | 'border_distance_m' | 'border_side'>,
  uncertaintyM: number | null,
): string | null {
  if (km === null || distance === null) return null;
  // A crossing lies on the line by definition; a metre's difference says nothing at this precision.
  if (uncertaintyM && distance < Math.min(uncertaintyM, 1000)) return t('incident.border.at', { km: whole(km) });
  const words = { km: whole(km), distance: formatAbout(distance, uncertaintyM) };
  return side ? t('incident.border.value', { ...words, side: term('side', side) }) : t('incident.border.noside', words);
}

/** Deaths as a number or a range, or null where none were stated. */
export function formatFatalities(min: number | null, max: number | null): string | null {
  const [least, most] = [min ?? max, max ?? min];
  if (least === null || most === null) return null;
  if (least === most) return whole(least);
  return `${whole(least)}–${whole(most)}`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString(LOCALE);
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
