// A position in each notation that people copy: for programs and forms, so always with western digits.

import { formatMgrs, formatUtm } from '../state/grids';
import type { LngLat } from '../state/view';

export const NOTATIONS = ['decimal', 'dms', 'utm', 'mgrs'] as const;
export type Notation = (typeof NOTATIONS)[number];

/** The position in one notation; null where it can't be said in it (the grids end before the poles). */
export function writePosition(at: LngLat, notation: Notation): string | null {
  switch (notation) {
    case 'decimal':
      return `${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`;
    case 'dms':
      return `${dms(at.lat, 'N', 'S')} ${dms(at.lng, 'E', 'W')}`;
    case 'utm':
      return formatUtm(at);
    case 'mgrs':
      return formatMgrs(at);
  }
}

/** Degrees, minutes and seconds to a tenth, which is three metres. */
function dms(degrees: number, positive: string, negative: string): string {
  // Rounded before it is parted, so that no minute has sixty seconds.
  const tenths = Math.round(Math.abs(degrees) * 36_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = `${two(Math.floor((tenths % 600) / 10))}.${tenths % 10}`;
  return `${Math.floor(tenths / 36_000)}°${two(Math.floor((tenths % 36_000) / 600))}′${seconds}″${degrees < 0 ? negative : positive}`;
}
