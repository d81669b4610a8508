// Says what is under way and what failed, with a way to try again.

import { ApiError, isAbort } from '../api/client';
import { t } from '../i18n';
import { h, replace } from './dom';

export class Notice {
  readonly element = h('div', { class: 'notice' });
  readonly #status = h('p', { role: 'status', class: 'loading' });
  readonly #alert = h('div', { role: 'alert' });
  #running = 0;

  constructor() {
    this.element.append(this.#status, this.#alert);
  }

  /** Runs a task, showing that it runs; a failure is shown with a button that runs it again. */
  async during(task: () => Promise<void>): Promise<void> {
    this.#count(1);
    try {
      await task();
    } catch (cause) {
      // A question that was overtaken by a newer one has not failed.
      if (!isAbort(cause)) this.#fail(cause, () => { void this.during(task); });
    } finally {
      this.#count(-1);
    }
  }

  clear(): void {
    replace(this.#alert);
  }

  say(text: string): void {
    replace(this.#alert, h('p', { class: 'error' }, text));
  }

  #count(step: 1 | -1): void {
    this.#running += step;
    this.#status.textContent = this.#running > 0 ? t('state.loading') : '';
  }

  #fail(cause: unknown, again: () => void): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const requestId = cause instanceof ApiError ? cause.requestId : null;
    replace(
      this.#alert,
      h(
        'div',
        { class: 'error' },
        h('p', {}, h('strong', {}, t('error.title')), ' ', message),
        requestId ? h('p', { class: 'quiet' }, t('error.request', { id: requestId })) : null,
        h('button', { type: 'button', onclick: () => { this.clear(); again(); } }, t('state.retry')),
      ),
    );
  }
}
