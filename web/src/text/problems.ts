// Words for why the server did not answer: one sentence for each fault, naming the part of the question that it is about.

import type { Fault, Refusal } from '../api/problem';
import type { FaultCode, ProblemCode } from '../api/types';
import { t, type MessageKey } from '../i18n';
import { formatExact, formatPosition } from './format';

type ProblemKey = MessageKey & `problem.${string}`;

/** What the page itself did wrong is nothing that its reader can mend, whatever it is in detail. */
const MISMATCH = 'problem.mismatch';

/** What each kind of problem is to a reader of the page. */
export const KINDS: Readonly<Record<ProblemCode, ProblemKey>> = {
  'invalid-parameters': 'problem.refused',
  'malformed-request': MISMATCH,
  'too-costly': 'problem.costly',
  'no-such-path': MISMATCH,
  'no-such-layer': 'problem.layer',
  'no-such-feature': 'problem.gone',
  'no-such-tile': MISMATCH,
  'no-such-tile-matrix-set': MISMATCH,
  'method-not-allowed': MISMATCH,
  'not-acceptable': MISMATCH,
  'body-too-large': 'problem.toolong',
  'url-too-long': 'problem.toolong',
  'misdirected-request': 'problem.host',
  'too-many-requests': 'problem.toomany',
  busy: 'problem.busy',
  timeout: 'problem.slow',
  'internal-error': 'problem.defect',
};

/** What each fault of a parameter is to a reader of the page. */
export const FAULTS: Readonly<Record<FaultCode, ProblemKey>> = {
  'unknown-parameter': MISMATCH,
  'repeated-parameter': MISMATCH,
  'missing-parameter': MISMATCH,
  'not-utf8': MISMATCH,
  'not-a-boolean': MISMATCH,
  'not-a-number': 'problem.number',
  'not-a-whole-number': 'problem.number',
  'out-of-range': 'problem.range',
  'not-a-length': 'problem.number',
  'not-a-position': 'problem.position',
  'not-a-box': 'problem.position',
  'reversed-box': 'problem.box',
  'not-a-date': 'problem.day',
  'not-a-duration': 'problem.duration',
  'reversed-interval': 'problem.reversed',
  'beyond-calendar': 'problem.calendar',
  'not-one-of': 'problem.value',
  'unknown-layer': 'problem.layer',
  'not-along-border': 'problem.border',
  'unknown-property': MISMATCH,
  'repeated-property': MISMATCH,
  'not-sortable': MISMATCH,
  'not-comparable': MISMATCH,
  'not-a-cursor': MISMATCH,
  'foreign-cursor': MISMATCH,
  empty: 'problem.empty',
  'too-long': 'problem.long',
  'too-many': 'problem.many',
  'too-deep': 'problem.many',
  'too-fine': 'problem.fine',
  'out-of-reach': 'problem.reach',
  'not-for-format': 'problem.format',
  'filter-syntax': MISMATCH,
  'not-json': MISMATCH,
  'wrong-type': MISMATCH,
  'wrong-count': MISMATCH,
  'unknown-function': MISMATCH,
  'not-a-geometry': MISMATCH,
  'ring-not-closed': MISMATCH,
  'too-few-positions': 'problem.corners',
  'self-crossing': 'problem.crossing',
  'ring-touches-itself': 'problem.touching',
  'overlapping-edges': 'problem.touching',
  'hole-outside': 'problem.rings',
  'hole-in-hole': 'problem.rings',
  'area-in-area': 'problem.rings',
  'parted-area': 'problem.touching',
};

/** The parts of a question as the page calls them. */
const PARTS: Readonly<Record<string, MessageKey>> = {
  bbox: 'area.box',
  datetime: 'problem.part.days',
  q: 'filter.text',
  category: 'filter.category',
  status: 'filter.status',
  position_precision: 'filter.precision',
  country: 'filter.country',
  near: 'problem.part.point',
  point: 'problem.part.point',
  radius: 'point.radius',
  at: 'compare.at',
  window: 'compare.window',
  sortby: 'order.label',
  f: 'take.export.format',
};

/** Of these the numbers are metres. */
const LENGTHS = ['radius'];

/** One sentence for each thing that is wrong; what nobody knows is said to be unknown. */
export function refusalWords(refusal: Refusal): string[] {
  const faults = refusal.faults.map(faultWords);
  const words = faults.length ? [...new Set(faults)] : [kindWords(refusal)];
  return refusal.retryAfterS === null ? words : [...words, t('problem.later', { n: refusal.retryAfterS })];
}

function kindWords({ kind, status }: Refusal): string {
  const key = lookUp(KINDS, kind);
  return key ? t(key) : t('problem.unknown', { status: String(status) });
}

function faultWords(fault: Fault): string {
  const key = lookUp(FAULTS, fault.code) ?? 'problem.refused';
  // Such a sentence is about the page, and names no part of the question.
  if (key === MISMATCH || key === 'problem.layer' || key === 'problem.refused') return t(key);
  return t('problem.part', { what: partWords(fault), fault: clause(key, fault) });
}

function clause(key: ProblemKey, { parameter, position, min, max }: Fault): string {
  if (key === 'problem.range') {
    if (min === null || max === null) return t('problem.size');
    const words = (value: number): string => (LENGTHS.includes(parameter) ? formatExact(value) : String(value));
    return t(key, { min: words(min), max: words(max) });
  }
  return t(key, { place: position ? formatPosition(position) : '–' });
}

/** What the page calls the part of the question; of a filter its area, because nothing else is asked so. */
function partWords({ parameter, value }: Fault): string {
  if (parameter === 'filter') return t(value?.includes('border_km') ? 'area.corridor' : 'problem.part.area');
  const key = Object.hasOwn(PARTS, parameter) ? PARTS[parameter] : undefined;
  return key ? t(key) : parameter;
}

function lookUp(table: Readonly<Record<string, ProblemKey>>, code: string | null): ProblemKey | null {
  return code !== null && Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}
