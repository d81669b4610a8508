// The questions asked of the server, and the newest answer to each; a change of the View asks those that it concerns.

import { ApiError, BIN_KM_MAX, Unreachable, feature, isAbort, locate, nearestCrossing, profile } from './api/client';
import { Rows } from './api/rows';
import { listQuestion, toParams, type Question } from './api/query';
import type { Crossing, Incident, Located, Profile } from './api/types';
import { GROUP_M, toLngLat } from './map/geometry';
import type { Notice, Report } from './panels/notice';
import { formatPair } from './state/address';
import { exchanged, looksSwapped } from './state/coordinates';
import type { Unread } from './state/unread';
import { NO_FILTER, sameFilter, samePosition, type LngLat, type View } from './state/view';

/** How many to show where the radius holds none. */
const BEYOND = 3;

/**
 * How the newest question of a kind stands. `refused`: there will be no answer to it. `away`: the server can't be
 * reached; what is shown meanwhile answers an older question. `asked`: the answer is on its way.
 */
export type Standing = 'answered' | 'asked' | 'refused' | 'away';
type Kind = 'all' | 'around' | 'group' | 'months' | 'locate' | 'selected' | 'more';

/** Is told of what is open and the server doesn't know: the view without it, and what is to be said. */
export type Missing = (without: Partial<View>, told: Unread) => void;

export class Answers {
  /** What the filter selects, wherever it lies; null until the first answer. */
  all: Rows | null = null;
  /** What it selects within the radius of the point asked about. */
  around: Rows | null = null;
  /** The nearest ones, where the radius holds none. */
  beyond: readonly Incident[] = [];
  /** The members of a group: what shares a position. */
  group: Rows | null = null;
  located: Located | null = null;
  incident: Incident | null = null;
  crossing: Crossing | null = null;
  /** The crossing nearest to the point, and to the chosen incident, with its distance. */
  crossingNearPoint: Crossing | null = null;
  crossingNearIncident: Crossing | null = null;
  /** How many there are month by month, at whatever time; asked only while somebody looks. */
  months: Profile | null = null;
  readonly #notice: Notice;
  readonly #arrived: () => void;
  readonly #missing: Missing;
  #allSort: Question['sort'];
  /** Null before the first question: the unfiltered one is written as the empty text. */
  #monthsAsked: string | null = null;
  #monthsWanted = false;
  readonly #asking = new Map<Kind, AbortController>();
  readonly #failed = new Map<Kind, 'refused' | 'away'>();
  /** Settles when the list has its first rows, or could not be had. */
  readonly begun: Promise<void>;
  #begin = (): void => undefined;

  constructor(notice: Notice, arrived: () => void, missing: Missing) {
    this.begun = new Promise((resolve) => { this.#begin = resolve; });
    this.#notice = notice;
    this.#arrived = arrived;
    this.#missing = missing;
  }

  /** Asks what changed between two views; everything where there was none before. */
  follow(view: View, before: View | null): void {
    const filtered = !before || !sameFilter(view.filter, before.filter);
    const resorted = !before || view.sort !== before.sort;
    const pointed = !before || !samePosition(view.point, before.point);
    const around = pointed || view.radiusM !== before.radiusM;
    const grouped = !before || !samePosition(view.group, before.group);
    const chosen = !before || view.selected?.id !== before.selected?.id || view.selected?.layer !== before.selected?.layer;
    if (filtered || around || grouped || chosen) this.#notice.clear();
    // While there is a point, the order is that of what lies around it.
    if (filtered || (!view.point && allQuestion(view).sort !== this.#allSort)) this.#askAll(view);
    if (filtered || around || resorted) this.#askAround(view, filtered || around);
    if (filtered || around) this.#askMonths(view);
    if (pointed) this.#askLocated(view.point);
    if (filtered || grouped) this.#askGroup(view);
    if (chosen) this.#askSelected(view);
  }

  /** Asks everything anew: the data are others. What is shown stays until the answers are in. */
  anew(view: View): void {
    this.#monthsAsked = null;
    this.follow(view, null);
    this.#askSelected(view, true);
  }

  /** What is listed: the group's members, what lies around the point, or all. */
  listed(view: View): Rows | null {
    if (view.group) return this.group;
    return view.point ? this.around : this.all;
  }

  /** How the question stands that the list answers. */
  listStanding(view: View): Standing {
    return this.standing(view.group ? 'group' : view.point ? 'around' : 'all');
  }

  standing(kind: Kind): Standing {
    return this.#failed.get(kind) ?? (this.#asking.has(kind) ? 'asked' : 'answered');
  }

  /** Whether the answer to the newest question for the list is still under way. */
  get busy(): boolean {
    return this.#asking.has('all') || this.#asking.has('around');
  }

  /** Whether somebody looks at the months. */
  wantMonths(view: View, wanted: boolean): void {
    this.#monthsWanted = wanted;
    this.#askMonths(view);
  }

  /** Fetches the page after what is listed. */
  more(view: View): void {
    const rows = this.listed(view);
    // The rest of a list that is fetched whole is on its way already.
    if (!rows || rows.complete || this.busy || this.#asking.has('more')) return;
    this.#question('more', async (signal) => {
      const longer = await rows.more(undefined, signal);
      if (this.group === rows) this.group = longer;
      if (this.around === rows) this.around = longer;
      if (this.all === rows) this.all = longer;
    });
  }

  #askAll(view: View): void {
    const question = allQuestion(view);
    this.#allSort = question.sort;
    this.#question('all', async (signal, report) => {
      const begun = (rows: Rows): void => {
        this.all = rows;
        this.#begin();
        this.#arrived();
      };
      this.all = await Rows.ask(question, signal, { report, begun });
    });
  }

  #askMonths({ filter, point, radiusM }: View): void {
    const question = { filter: { ...filter, from: null, to: null }, near: point, radiusM };
    const asked = String(toParams(question));
    if (!this.#monthsWanted || asked === this.#monthsAsked) return;
    this.#monthsAsked = asked;
    this.#question('months', async (signal) => {
      this.months = await profile(question, BIN_KM_MAX, 'month', signal);
    });
  }

  /** What is only ordered anew stays until it is. */
  #askAround(view: View, anew: boolean): void {
    if (anew) [this.around, this.beyond] = [null, []];
    if (!view.point) {
      this.#drop('around');
      return;
    }
    this.#question('around', async (signal, report) => {
      const begun = (rows: Rows): void => {
        if (!rows.matched) return;
        this.around = rows;
        this.#arrived();
      };
      const around = await Rows.ask(listQuestion(view), signal, { report, begun });
      const beyond = around.matched ? [] : await Rows.first({ filter: view.filter, near: view.point, limit: BEYOND }, signal);
      [this.around, this.beyond] = [around, beyond];
    });
  }

  #askLocated(point: LngLat | null): void {
    [this.located, this.crossingNearPoint] = [null, null];
    if (!point) {
      this.#drop('locate');
      return;
    }
    this.#question('locate', async (signal) => {
      [this.located, this.crossingNearPoint] = await Promise.all([locate(point, signal), nearestCrossing(point, signal)]);
    });
  }

  #askGroup({ filter, group }: View): void {
    this.group = null;
    if (!group) {
      this.#drop('group');
      return;
    }
    this.#question('group', async (signal) => {
      const there: Question = { filter, near: group, radiusM: GROUP_M, sort: '-date' };
      const members = await Rows.ask(there, signal);
      // Nothing that fits the filter is an answer; nothing whatever the filter is no group.
      const known = members.matched || (!sameFilter(filter, NO_FILTER) && (await Rows.count({ ...there, filter: NO_FILTER }, signal)));
      if (known) this.group = members;
      else this.#missing({ group: null }, missingGroup(group));
    });
  }

  /** `anew` also where a list holds it already. */
  #askSelected({ selected }: View, anew = false): void {
    [this.incident, this.crossing, this.crossingNearIncident] = [null, null, null];
    if (!selected) {
      this.#drop('selected');
      return;
    }
    this.#question('selected', async (signal) => {
      const { layer, id } = selected;
      try {
        if (layer === 'incidents') this.incident = (anew ? undefined : this.#known(id)) ?? (await feature<Incident>(layer, id, signal));
        else this.crossing = await feature<Crossing>(layer, id, signal);
      } catch (cause) {
        if (!(cause instanceof ApiError) || cause.refusal?.status !== 404) throw cause;
        const key = layer === 'incidents' ? 'incident' : 'crossing';
        this.#missing({ selected: null }, { key, value: id, fault: 'missing', right: [] });
        return;
      }
      if (!this.incident) return;
      this.#arrived();
      this.crossingNearIncident = await nearestCrossing(toLngLat(this.incident.geometry.coordinates), signal);
    });
  }

  #known(id: string): Incident | undefined {
    const lists = [this.all, this.around, this.group].map((rows) => rows?.loaded ?? []);
    return lists.flatMap((incidents) => incidents.filter((incident) => incident.id === id))[0];
  }

  /** A question of a kind replaces the one before, whose answer nobody waits for any more. */
  #question(kind: Kind, task: (signal: AbortSignal, report: Report) => Promise<void>): void {
    this.#drop(kind);
    const asking = new AbortController();
    this.#asking.set(kind, asking);
    const asked = this.#notice.during(async (report) => {
      if (asking.signal.aborted) return;
      // Asked again after a failure, it is under way again.
      this.#asking.set(kind, asking);
      this.#failed.delete(kind);
      try {
        await task(asking.signal, report);
      } catch (cause) {
        if (!isAbort(cause)) this.#fail(kind, cause);
        throw cause;
      } finally {
        if (this.#asking.get(kind) === asking) this.#asking.delete(kind);
      }
      this.#arrived();
    });
    if (kind === 'all') void asked.then(() => { this.#begin(); });
  }

  /** An older answer is none to a question that was refused; while the server is away it stays, marked as what it is. */
  #fail(kind: Kind, cause: unknown): void {
    const away = cause instanceof Unreachable;
    this.#failed.set(kind, away ? 'away' : 'refused');
    if (!away && kind === 'all') this.all = null;
    if (!away && kind === 'months') [this.months, this.#monthsAsked] = [null, null];
    this.#asking.delete(kind);
    this.#arrived();
  }

  #drop(kind: Kind): void {
    this.#asking.get(kind)?.abort();
    this.#asking.delete(kind);
    this.#failed.delete(kind);
  }
}

function allQuestion(view: View): Question {
  return listQuestion({ ...view, point: null });
}

function missingGroup(at: LngLat): Unread {
  const offers = looksSwapped(at) ? [`group=${formatPair(exchanged(at))}`] : [];
  return { key: 'group', value: formatPair(at), fault: 'missing.group', right: [], ...(offers.length > 0 && { offers }) };
}
