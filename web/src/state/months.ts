// Months on the calendar that the data are kept in, and how a span of days moves along them.

/** YYYY-MM-DD, inclusive at both ends. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** A window of one length moves along; a cumulative one begins where it is and grows. */
export const PLAY_MODES = ['window', 'cumulative'] as const;
export type PlayMode = (typeof PLAY_MODES)[number];

/** How long the window is where nobody has chosen one. */
const WINDOW_MONTHS = 12;

/** As many months later; the 31st becomes the last day of a shorter month. */
export function addMonths(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return date.toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The first day of the month that begins nearest to an instant. */
export function nearestMonth(time: Date): string {
  const start = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 1)).toISOString().slice(0, 10);
  const next = addMonths(start, 1);
  const [before, after] = [Date.parse(start), Date.parse(next)];
  return time.getTime() - before <= after - time.getTime() ? start : next;
}

/** Where playing begins: at the days chosen, or at the beginning of what there is where none are or the end is reached. */
export function beginPlay(days: Days | null, mode: PlayMode, all: Days): Days {
  if (days && days.to < all.to) return days;
  if (mode === 'cumulative') {
    const from = days?.from ?? all.from;
    return { from, to: addDays(addMonths(from, 1), -1) };
  }
  const length = days ? monthsBetween(days.from, addDays(days.to, 1)) : WINDOW_MONTHS;
  const whole = days && days.from <= all.from;
  return { from: all.from, to: addDays(addMonths(all.from, whole ? WINDOW_MONTHS : Math.max(1, length)), -1) };
}

/** A month further (or back, for a negative step); null where the end is reached. */
export function stepPlay({ from, to }: Days, mode: PlayMode, all: Days, step: 1 | -1 = 1): Days | null {
  // The end is moved by the day after it, so that a whole month stays one.
  const moved = addDays(addMonths(addDays(to, 1), step), -1);
  const next = mode === 'window' ? { from: addMonths(from, step), to: moved } : { from, to: moved };
  if (step > 0 && to >= all.to) return null;
  if (next.to <= next.from || (step < 0 && next.from < all.from)) return null;
  return next;
}

function monthsBetween(from: string, until: string): number {
  const [a, b] = [new Date(`${from}T00:00:00Z`), new Date(`${until}T00:00:00Z`)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}
