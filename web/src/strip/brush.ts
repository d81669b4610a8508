// The brush: a rectangle of kilometres and time, drawn, moved and resized by hand.

import { brush, type D3BrushEvent } from 'd3-brush';
import { select, type Selection } from 'd3-selection';
import type { Rect, Scales } from './scales';

export interface BrushEvents {
  /** While it is drawn. */
  preview(rect: Rect): void;
  end(rect: Rect): void;
}

export class Brush {
  readonly #group: Selection<SVGGElement, unknown, null, undefined>;
  readonly #brush = brush().handleSize(8).keyModifiers(false);
  #rect: Rect | null = null;

  constructor(group: SVGGElement, events: BrushEvents) {
    this.#group = select<SVGGElement, unknown>(group);
    // What this class moves itself has no source event, and is no wish of the user's.
    this.#brush.on('brush', ({ sourceEvent, selection }: D3BrushEvent<unknown>) => {
      if (sourceEvent && selection) events.preview(selection as Rect);
    });
    this.#brush.on('end', ({ sourceEvent, selection }: D3BrushEvent<unknown>) => {
      if (!sourceEvent) return;
      // A mere click is told by the plot; it leaves the brush alone.
      if (selection) events.end(selection as Rect);
      else this.show(this.#rect);
    });
  }

  resize({ width, height }: Scales): void {
    this.#brush.extent([[0, 0], [width, height]]);
    this.#group.call(this.#brush);
  }

  show(rect: Rect | null): void {
    this.#rect = rect;
    const copy = rect && ([[...rect[0]], [...rect[1]]] as [[number, number], [number, number]]);
    this.#group.call((group) => { this.#brush.move(group, copy); });
  }
}
