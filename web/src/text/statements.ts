// Dates of statements as their sources give them: a day, a month or a year, perhaps with words about it; or words alone.

import type { StatusFact } from '../api/types';
import { formatDate, formatDay } from './format';

const DATED = /^(\d{4}(?:-\d{2}){0,2})(?:\s+(\(.*\)))?$/;

/** A date in the reader's way, and what its source says about it in English; `said` is null where there is no date. */
export interface When {
  readonly said: string | null;
  readonly words: string | null;
}

export function whenOf(date: string): When {
  const [, iso = '', words] = DATED.exec(date) ?? [];
  if (!iso) return { said: null, words: date };
  const whole = `${iso}-01-01`.slice(0, 10);
  const said = iso.length === 10 ? formatDate(iso, 'day') : iso.length === 7 ? formatDate(whole, 'month') : formatDay(whole, 'year', 'long');
  return { said, words: words ?? null };
}

/** The newest first; what has no date comes last, in the order in which it came. */
export function inTime(statements: readonly StatusFact[]): StatusFact[] {
  const key = ({ date }: StatusFact): string => /^\d{4}[-\d]*/.exec(date ?? '')?.[0] ?? '';
  return [...statements].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
}
