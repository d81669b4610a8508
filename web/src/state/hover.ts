// What the pointer or the focus is on: it passes, so it is not part of the View. Map, list, strip and comparison share it.

/** Who tells of a hover: each shows those of the others its own way. */
export type HoverPlace = 'map' | 'list' | 'strip' | 'compare';

export interface Hovered {
  readonly incident: string | null;
  /** A segment of the border. */
  readonly segment: string | null;
  readonly from: HoverPlace | null;
}

const NOTHING: Hovered = { incident: null, segment: null, from: null };

export class Hover {
  #now = NOTHING;
  readonly #listeners: ((hovered: Hovered) => void)[] = [];

  get now(): Hovered {
    return this.#now;
  }

  subscribe(listener: (hovered: Hovered) => void): void {
    this.#listeners.push(listener);
  }

  incident(id: string | null, from: HoverPlace): void {
    this.#set({ incident: id, segment: null, from });
  }

  segment(id: string | null, from: HoverPlace): void {
    this.#set({ incident: null, segment: id, from });
  }

  #set(next: Hovered): void {
    const { incident, segment } = this.#now;
    if (next.incident === incident && next.segment === segment) return;
    this.#now = next;
    for (const listener of this.#listeners) listener(next);
  }
}
