// Says what is under way, what failed with what can be done about it, and how old what is shown is while the server is away.

import { ApiError, Unreachable, isAbort } from '../api/client';
import { connection } from '../api/connection';
import { patience } from '../api/patience';
import { mayPass, placesOf, type Refusal } from '../api/problem';
import { t } from '../i18n';
import type { Filter, LngLat } from '../state/view';
import { formatClock } from '../text/format';
import { h, replace } from './dom';
import { failureWords, problemBox } from './problem';

/** Tells how much of something long has come. */
export type Report = (done: number, of: number) => void;
type Task = (report: Report) => Promise<void>;

export interface NoticeEvents {
  /** The places on the map that failures name; none once they are mended. */
  places(at: readonly LngLat[]): void;
  /** Brings such a place into view. */
  look(at: LngLat): void;
  /** Takes a part of the filter out of the question. */
  drop(part: Partial<Filter>): void;
}

export class Notice {
  /** What failed, and that the server is away: at the top of the panel. */
  readonly element = h('div', { class: 'notice' });
  /** What is under way: above the results, where nothing but they move when it comes and goes. */
  readonly progress = h('div', { class: 'under-way' });
  readonly #events: NoticeEvents;
  readonly #status = h('p', { role: 'status', class: 'loading' });
  readonly #bar = h('progress', { 'aria-hidden': 'true', hidden: true });
  readonly #alert = h('div', { role: 'alert' });
  readonly #away = h('div', { role: 'status', class: 'away' });
  readonly #busy = h('div', { role: 'status', class: 'busy' });
  readonly #running = new Map<Task, { done: number; of: number }>();
  /** What could not be asked; asked again as soon as the server answers. */
  readonly #waiting = new Set<Task>();
  /** What was answered by a refusal, or not as it should be. */
  readonly #failed = new Map<Task, unknown>();
  #said: string | null = null;

  constructor(events: NoticeEvents) {
    this.#events = events;
    this.element.append(this.#away, this.#busy, this.#alert);
    this.progress.append(this.#bar, this.#status);
    connection.listen();
    connection.subscribe(() => { this.#reconnect(); });
    patience.subscribe(() => { this.#showBusy(); });
  }

  /** Runs a task, showing that it runs; a failure is shown, with a button that runs it again where that may help. */
  async during(task: Task): Promise<void> {
    const progress = { done: 0, of: 0 };
    this.#running.set(task, progress);
    this.#showProgress();
    try {
      await task((done, of) => {
        Object.assign(progress, { done, of });
        this.#showProgress();
      });
    } catch (cause) {
      if (cause instanceof Unreachable) {
        this.#waiting.add(task);
        this.#showAway();
      } else if (!isAbort(cause)) {
        // A question that was overtaken by a newer one has not failed.
        this.#failed.set(task, cause);
        this.#showFailures();
      }
    } finally {
      this.#running.delete(task);
      this.#showProgress();
    }
  }

  /** The question is another one: what was wrong with the one before is past. */
  clear(): void {
    this.#said = null;
    this.#failed.clear();
    this.#showFailures();
  }

  say(text: string): void {
    this.#said = text;
    this.#showFailures();
  }

  #showProgress(): void {
    const parts = [...this.#running.values()];
    const sum = (key: 'done' | 'of'): number => parts.reduce((total, part) => total + part[key], 0);
    const [done, of] = [sum('done'), sum('of')];
    const words = of ? t('state.loading.count', { n: done, of }) : t('state.loading');
    this.#status.textContent = this.#running.size ? words : '';
    this.#bar.hidden = !this.#running.size;
    if (of) {
      this.#bar.max = of;
      this.#bar.value = done;
    } else this.#bar.removeAttribute('value');
  }

  #reconnect(): void {
    this.#showAway();
    if (connection.away) return;
    const tasks = [...this.#waiting];
    this.#waiting.clear();
    for (const task of tasks) void this.during(task);
  }

  #showBusy(): void {
    if (patience.waiting === this.#busy.hasChildNodes()) return;
    replace(this.#busy, patience.waiting && h('div', { class: 'warning' },
      h('p', {}, t('state.busy')),
      h('button', { type: 'button', id: 'busy-stop', onclick: () => { patience.stop(); } }, t('state.busy.stop'))));
  }

  /** What is on the screen stays there, marked with its age. */
  #showAway(): void {
    const { away, answered } = connection;
    document.documentElement.toggleAttribute('data-away', away);
    if (!away) {
      replace(this.#away);
      return;
    }
    replace(
      this.#away,
      h('p', {}, h('strong', {}, t(navigator.onLine ? 'error.unreachable' : 'state.offline'))),
      h('p', {}, answered ? `${t('state.asof', { time: formatClock(answered) })} ` : null, t('state.waiting')),
      h('button', { type: 'button', onclick: () => { void connection.retry(); } }, t('state.retry')),
    );
  }

  /** One question is often several to the server: what they fail of alike is said once. */
  #showFailures(): void {
    const boxes = new Map<string, unknown>();
    for (const cause of this.#failed.values()) boxes.set(failureWords(cause).join('\n'), cause);
    replace(
      this.#alert,
      this.#said === null ? null : h('p', { class: 'error' }, this.#said),
      ...[...boxes.values()].map((cause) => problemBox(cause, ...this.#acts(cause))),
    );
    this.#events.places([...boxes.values()].flatMap((cause) => placesOf(refusalOf(cause) ?? { faults: [] })));
  }

  #acts(cause: unknown): HTMLElement[] {
    const button = (words: string, act: () => void): HTMLElement => h('button', { type: 'button', onclick: act }, words);
    const refusal = refusalOf(cause);
    if (!refusal || mayPass(refusal)) return [button(t('state.retry'), () => { this.#again(); })];
    const [place] = placesOf(refusal);
    return [
      ...(place ? [button(t('problem.mark'), () => { this.#events.look(place); })] : []),
      ...droppable(refusal).map(({ words, without }) => button(words, () => { this.#events.drop(without); })),
    ];
  }

  #again(): void {
    const tasks = [...this.#failed.keys()];
    this.clear();
    for (const task of tasks) void this.during(task);
  }
}

/** The parts of the filter that were refused, each with the words of the button that drops it. */
function droppable({ faults }: Refusal): { words: string; without: Partial<Filter> }[] {
  const faulty = (...parameters: readonly string[]): Refusal['faults'] => faults.filter(({ parameter }) => parameters.includes(parameter)).slice(0, 1);
  return [
    ...faulty('filter', 'bbox').map(() => ({ words: t('empty.area'), without: { area: null } })),
    ...faulty('q').map(({ value }) => ({ words: t('empty.text', { text: value ?? '' }), without: { text: null } })),
    ...faulty('datetime').map(() => ({ words: t('empty.dates'), without: { from: null, to: null } })),
  ];
}

function refusalOf(cause: unknown): Refusal | null {
  return cause instanceof ApiError ? cause.refusal : null;
}
