// Says what is under way, what failed with a way to try again, and how old what is shown is while the server is away.

import { ApiError, Unreachable, isAbort } from '../api/client';
import { connection } from '../api/connection';
import { t } from '../i18n';
import { formatClock } from '../text/format';
import { h, replace } from './dom';

/** Tells how much of something long has come. */
export type Report = (done: number, of: number) => void;
type Task = (report: Report) => Promise<void>;

export class Notice {
  readonly element = h('div', { class: 'notice' });
  readonly #status = h('p', { role: 'status', class: 'loading' });
  readonly #bar = h('progress', { 'aria-hidden': 'true', hidden: true });
  readonly #alert = h('div', { role: 'alert' });
  readonly #away = h('div', { role: 'status', class: 'away' });
  readonly #running = new Map<Task, { done: number; of: number }>();
  /** What could not be asked; asked again as soon as the server answers. */
  readonly #waiting = new Set<Task>();

  constructor() {
    this.element.append(this.#bar, this.#status, this.#away, this.#alert);
    connection.listen();
    connection.subscribe(() => { this.#reconnect(); });
  }

  /** Runs a task, showing that it runs; a failure is shown with a button that runs it again. */
  async during(task: Task): Promise<void> {
    const progress = { done: 0, of: 0 };
    this.#running.set(task, progress);
    this.#progress();
    try {
      await task((done, of) => {
        Object.assign(progress, { done, of });
        this.#progress();
      });
    } catch (cause) {
      if (cause instanceof Unreachable) {
        this.#waiting.add(task);
        this.#showAway();
      } else if (!isAbort(cause)) {
        // A question that was overtaken by a newer one has not failed.
        this.#fail(cause, () => { void this.during(task); });
      }
    } finally {
      this.#running.delete(task);
      this.#progress();
    }
  }

  clear(): void {
    replace(this.#alert);
  }

  say(text: string): void {
    replace(this.#alert, h('p', { class: 'error' }, text));
  }

  #progress(): void {
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

  #fail(cause: unknown, again: () => void): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const requestId = cause instanceof ApiError ? cause.requestId : null;
    replace(
      this.#alert,
      h(
        'div',
        { class: 'error' },
        h('p', {}, h('strong', {}, t('error.title')), ' ', h('span', { dir: 'auto' }, message)),
        requestId ? h('p', { class: 'quiet' }, t('error.request', { id: requestId })) : null,
        h('button', { type: 'button', onclick: () => { this.clear(); again(); } }, t('state.retry')),
      ),
    );
  }
}
