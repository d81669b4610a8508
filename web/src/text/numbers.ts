// Reads numbers as people type them: digits of any script, a decimal comma or point, thousands set apart.

import { formatNumber, t } from '../i18n';

/** What a field takes. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Whether only whole numbers make sense. */
  readonly whole?: boolean;
  /** How a unit may stand behind the number, as in `25 km`; the field's own unit. */
  readonly unit?: string;
}

/** A number, or why there is none. Two readings are never chosen between: whoever typed it is asked. */
export type Reading =
  | { readonly value: number }
  | { readonly fault: 'empty' | 'number' | 'whole' | 'range' }
  | { readonly fault: 'ambiguous'; readonly readings: readonly [number, number] };

/** As many decimals as a field shows; finer than anything that is asked. */
const DECIMALS = 6;
/** Marks of direction, which copied text brings along. */
const INVISIBLE = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** A digit and its nine successors: Arabic, Persian, Devanagari, fullwidth. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];
/** Groups of three, after one to three digits. */
const GROUPED = /^\d{1,3}(?:G\d{3})+$/;

/** Digits of other scripts as ASCII. */
export function plainDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? digit : String(code - zero);
  });
}

export function readNumber(text: string, { min, max, whole = false, unit }: Bounds): Reading {
  const written = normal(text, unit);
  if (!written) return { fault: 'empty' };
  const readings = readingsOf(written);
  if (!readings.length) return { fault: 'number' };
  const within = readings.filter((value) => value >= min && value <= max);
  const possible = whole ? within.filter(Number.isInteger) : within;
  const [first, second] = possible;
  if (first !== undefined && second !== undefined && first !== second) return { fault: 'ambiguous', readings: [first, second] };
  if (first !== undefined) return { value: first };
  return { fault: within.length ? 'whole' : 'range' };
}

/** A number as a field shows it: in the language's digits, without marks between thousands. */
export function writeNumber(value: number): string {
  return formatNumber(value, { useGrouping: false, maximumFractionDigits: DECIMALS });
}

/** What is wrong with what was typed, in a sentence that says what would be right. */
export function faultWords(text: string, reading: Exclude<Reading, { value: number }>, { min, max }: Bounds): string {
  const range = { from: boundWords(min), to: boundWords(max) };
  switch (reading.fault) {
    case 'empty':
      return t('number.empty', range);
    case 'number':
      return t('number.wrong', { text: text.trim(), example: writeNumber(12.5) });
    case 'whole':
      return t('number.whole', { text: text.trim() });
    case 'range':
      return t('number.range', { text: text.trim(), ...range });
    case 'ambiguous':
      return t('number.ambiguous', { text: text.trim(), first: writeNumber(reading.readings[0]), second: writeNumber(reading.readings[1]) });
  }
}

/** A bound, as the number is written in sentences everywhere. */
function boundWords(value: number): string {
  return formatNumber(value, { maximumFractionDigits: DECIMALS });
}

/** Without what doesn't count, with one sign for each thing that does. */
function normal(text: string, unit: string | undefined): string {
  const plain = plainDigits(text.replace(INVISIBLE, '')).trim();
  const bare = unit && plain.endsWith(unit) ? plain.slice(0, -unit.length).trim() : plain;
  return bare
    .replaceAll('−', '-')
    .replace(/[،,]/g, ',')
    .replaceAll('٫', 'D')
    // Thousands are set apart by spaces, apostrophes or their own sign.
    .replace(/(?<=\d)[ \u00a0\u2009\u202f'’٬](?=\d{3}(?!\d))/g, 'G');
}

/** What a number can mean: nothing, one thing, or two. */
function readingsOf(written: string): number[] {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/.exec(written) ?? [];
  return bodies(body)
    .filter((plain) => /^(?:\d+\.?\d*|\.\d+)$/.test(plain))
    .map((plain) => (sign === '-' ? -Number(plain) : Number(plain)));
}

/** The ways to read marks between digits, each as digits with at most one point. */
function bodies(body: string): string[] {
  const marks: readonly string[] = body.match(/[.,]/g) ?? [];
  const ungrouped = (text: string): string => (GROUPED.test(text) ? text.replaceAll('G', '') : text.includes('G') ? '' : text);
  // The sign that can only be a decimal one says of all others that they part thousands.
  if (body.includes('D')) {
    const [before = '', after = '', ...more] = body.split('D');
    return more.length ? [] : [`${ungrouped(before.replace(/[.,]/g, 'G'))}.${after}`];
  }
  const last = marks.at(-1);
  if (last === undefined) return [ungrouped(body)];
  const one = marks.filter((sign) => sign === last).length === 1;
  const at = body.lastIndexOf(last);
  const decimal = one ? [`${ungrouped(body.slice(0, at).replace(/[.,]/g, 'G'))}.${body.slice(at + 1)}`] : [];
  const thousands = body.replaceAll(last, 'G');
  const grouped = new Set(marks).size === 1 && GROUPED.test(thousands) && !thousands.startsWith('0') ? [thousands.replaceAll('G', '')] : [];
  // A single point is what the page itself writes before decimals; a single comma may be either.
  return last === '.' && one ? decimal : [...decimal, ...grouped];
}
