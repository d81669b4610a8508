// What a text can mean as a list to choose from: grouped by kind, each in the reader's language.

import { language, t, tn } from '../i18n';
import { inRegion, isDoubtful } from '../state/coordinates';
import type { Filter, LngLat } from '../state/view';
import { decimal, formatPosition } from '../text/format';
import { sayCountry, sayProvince, type Said } from '../text/gazetteer';
import { displayName, latinName, searchKey } from '../text/names';
import { yieldsToReports, type Local } from './finder';
import { NAMED, type Findable, type NamedHit, type NamedKind } from './kinds';
import { rank } from './known';
import { NO_REPORTS, type ReportsFound } from './reports';

/** Metres: a kilometre is told as it was typed. */
const KM_DIGITS = 3;

export type Group = 'coordinates' | 'kilometre' | NamedKind | 'report' | 'similar';

/** What choosing a suggestion does; a kilometre is first placed on the measured line. */
export type Choice =
  | { readonly kind: 'point'; readonly at: LngLat }
  | { readonly kind: 'kilometre'; readonly km: number; readonly drawn: LngLat }
  | { readonly kind: 'named'; readonly found: Findable }
  | { readonly kind: 'report'; readonly id: string }
  | { readonly kind: 'words'; readonly filter: Filter };

export type Placed = Exclude<Choice, { kind: 'kilometre' }>;

export interface Suggested {
  /** What it is told by from all others. */
  readonly key: string;
  readonly group: Group;
  readonly title: string;
  readonly label: Said;
  readonly notes: readonly Said[];
  readonly choice: Choice;
  /** Taking it unasked would be a guess. */
  readonly guess: boolean;
}

/** Without an answer about reports, a name that would come after them can't be taken unasked. */
export function suggest(text: string, local: Local, answer: ReportsFound | null): Suggested[] {
  const reports = answer ?? NO_REPORTS;
  const similar = local.named[0]?.fit === 'similar';
  const yielding = yieldsToReports(local);
  const named = namedGroups(local.named, similar, local.vague || (yielding && !answer));
  return [...positions(local), ...kilometres(local), ...called(reports), ...(yielding ? [] : named), ...saying(text, reports), ...(yielding ? named : [])];
}

function positions({ positions: readings, beside }: Local): Suggested[] {
  const guess = isDoubtful(readings);
  const of = (at: LngLat, notes: string[]): Suggested => ({
    key: `at:${at.lng},${at.lat}`,
    group: 'coordinates',
    title: t('search.coordinates'),
    label: plain(formatPosition(at)),
    notes: notes.map(plain),
    choice: { kind: 'point', at },
    guess,
  });
  const read = readings.map(({ at, taken }) =>
    of(at, [...(taken === 'said' ? [] : [t(`search.taken.${taken}`)]), ...(inRegion(at) ? [] : [t('search.outside')])]));
  return beside ? [of(beside.at, [t('search.taken.beside', { place: displayName(beside.place.found.names) })])] : read;
}

function kilometres({ kilometres: posts }: Local): Suggested[] {
  return posts.map(({ km, at }) => ({
    key: `km:${km}`,
    group: 'kilometre',
    title: t('search.kilometre'),
    label: plain(t('point.km', { km: decimal(km, KM_DIGITS) })),
    // Where the line is drawn; where it was measured the server says, when the kilometre is taken.
    notes: [],
    choice: { kind: 'kilometre', km, drawn: at },
    guess: posts.length > 1,
  }));
}

/** Each kind together: that of the best hit first. */
function namedGroups(hits: readonly NamedHit[], similar: boolean, guess: boolean): Suggested[] {
  const kinds = [...NAMED].sort((a, b) => best(hits, a) - best(hits, b));
  return kinds.flatMap((kind) => hits.filter(({ found }) => found.kind === kind).map((hit) => named(hit, similar, guess)));
}

function best(hits: readonly NamedHit[], kind: NamedKind): number {
  const at = hits.findIndex(({ found }) => found.kind === kind);
  const hit = hits[at];
  return hit ? rank(hit.fit) * 100 + at : Infinity;
}

function named({ found, spelling, fit }: NamedHit, similar: boolean, guess: boolean): Suggested {
  const own = displayName(found.names);
  const shown = searchKey(own);
  const typed = fit !== 'within' && searchKey(spelling) !== shown && !shown.includes(searchKey(spelling)) ? [plain(spelling)] : [];
  return {
    key: `${found.kind}:${found.id}`,
    group: similar ? 'similar' : found.kind,
    title: similar ? t('search.similar') : t(`search.${found.kind}`),
    label: { text: own, english: isEnglish(found) },
    notes: [...(similar ? [plain(t(`search.${found.kind}`))] : []), ...typed, ...whereabouts(found)],
    choice: { kind: 'named', found },
    guess,
  };
}

/** A name shown in Latin script to who reads another, for want of one. */
function isEnglish({ names }: Findable): boolean {
  return language() !== 'en' && displayName(names) === latinName(names) && /\p{Script=Latin}/u.test(latinName(names));
}

function whereabouts({ where }: Findable): Said[] {
  return where.flatMap(({ admin1, country }) => [
    ...(admin1 ? [sayProvince(admin1, country)] : []),
    // Of a crossing both countries are known.
    ...(country && where.length === 1 ? [sayCountry(country)] : []),
  ]);
}

function called({ called: reports }: ReportsFound): Suggested[] {
  return reports.map(({ id, properties }) => report(id, properties.title, [plain(t('incident.id', { id }))]));
}

function saying(text: string, { saying: found, called: known }: ReportsFound): Suggested[] {
  if (!found) return [];
  const all: Suggested = {
    key: 'words',
    group: 'report',
    title: t('search.report'),
    label: plain(t('search.saying', { text })),
    notes: [plain(tn('reports', found.n)), ...(found.unfiltered ? [plain(t('search.unfiltered'))] : [])],
    choice: { kind: 'words', filter: found.filter },
    guess: false,
  };
  const others = found.first.filter(({ id }) => known.every((one) => one.id !== id));
  return [all, ...others.map(({ id, properties }) => report(id, properties.title, []))];
}

function report(id: string, title: string, notes: Said[]): Suggested {
  return { key: `report:${id}`, group: 'report', title: t('search.report'), label: { text: title, english: language() !== 'en' }, notes, choice: { kind: 'report', id }, guess: false };
}

function plain(text: string): Said {
  return { text, english: false };
}
