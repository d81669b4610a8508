// Walks the strip's cells by keys: arrows step, with Control to the next filled cell, Shift takes more, Enter asks.

import type { Cell, Cells, Direction } from './cells';

export interface WalkEvents {
  /** The cell that the walk stands on; `until` is the other corner of what Shift took. */
  stand(cell: Cell, until: Cell): void;
  choose(cell: Cell, until: Cell): void;
  leave(): void;
}

const ARROWS: Record<string, Direction> = {
  ArrowUp: 'north',
  ArrowDown: 'south',
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
};

export class Walk {
  #cells: Cells | null = null;
  #at: Cell | null = null;
  #anchor: Cell | null = null;

  constructor(element: Element, events: WalkEvents) {
    element.addEventListener('keydown', (event) => {
      if (event instanceof KeyboardEvent && this.#key(event, events)) event.preventDefault();
    });
    element.addEventListener('focus', () => {
      const start = this.#at ?? this.#first();
      if (start && element.matches(':focus-visible')) this.#stand(start, false, events);
    });
    element.addEventListener('blur', () => { events.leave(); });
  }

  /** New answers: the walk goes on at the same place, if there is such a place. */
  show(cells: Cells): void {
    this.#cells = cells;
    const at = this.#at;
    this.#at = at && cells.holding((at.startMs + at.endMs) / 2, (at.fromKm + at.toKm) / 2);
    this.#anchor = null;
  }

  #first(): Cell | null {
    return this.#cells?.filled()[0] ?? this.#cells?.cell(0, 0) ?? null;
  }

  #key({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent, events: WalkEvents): boolean {
    const [cells, at] = [this.#cells, this.#at];
    const towards = ARROWS[key];
    if (towards && cells && at) {
      const next = ctrlKey || metaKey ? cells.nextFilled(at, towards) : cells.next(at, towards);
      if (next) this.#stand(next, shiftKey, events);
      return true;
    }
    if ((key === 'Enter' || key === ' ') && at) {
      events.choose(at, this.#anchor ?? at);
      return true;
    }
    return false;
  }

  #stand(cell: Cell, extend: boolean, events: WalkEvents): void {
    this.#anchor = extend ? (this.#anchor ?? this.#at) : null;
    this.#at = cell;
    events.stand(cell, this.#anchor ?? cell);
  }
}
