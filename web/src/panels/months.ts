// Where the histogram of months stands: with its chart library it is fetched when there are months to show.

import type { Answers } from '../answers';
import type { View } from '../state/view';
import { h } from './dom';
import type { Histogram, HistogramEvents } from './histogram';

export interface MonthsEvents extends HistogramEvents {
  /** Runs a task whose failure the reader is told of. */
  during(task: () => Promise<void>): Promise<void>;
}

export class Months {
  readonly element = h('div', { class: 'months' });
  readonly #events: MonthsEvents;
  #histogram: Histogram | null = null;
  #fetched = false;
  #latest: readonly [View, Answers] | null = null;

  constructor(events: MonthsEvents) {
    this.#events = events;
  }

  show(view: View, answers: Answers): void {
    this.#latest = [view, answers];
    this.#histogram?.show(view, answers);
    if (!answers.months || this.#fetched) return;
    this.#fetched = true;
    void this.#events.during(() => this.#build());
  }

  async #build(): Promise<void> {
    try {
      const { Histogram } = await import('./histogram');
      this.#histogram = new Histogram(this.#events);
    } catch (cause) {
      this.#fetched = false;
      throw cause;
    }
    this.element.append(this.#histogram.element);
    if (this.#latest) this.#histogram.show(...this.#latest);
  }
}
