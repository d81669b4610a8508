// The brush: a rectangle of kilometres and time, drawn, moved and resized by hand.

import { brush, type D3BrushEvent } from 'd3-brush';
import { select, type Selection } from 'd3-selection';
import type { Rect, Scales } from './scales';

export interface BrushEvents {
  /** While it is drawn. */
  preview(rect: Rect): void;
  end(rect: Rect): void;
  /** A press beside the brush that drew nothing. */
  press(at: Position): void;
}

/** On the screen. */
export interface Position {
  readonly clientX: number;
  readonly clientY: number;
}

export class Brush {
  readonly #group: Selection<SVGGElement, unknown, null, undefined>;
  /** A finger needs more than a mouse. */
  readonly #brush = brush().handleSize(matchMedia('(pointer: coarse)').matches ? 44 : 10).keyModifiers(false);
  #rect: Rect | null = null;

  constructor(group: SVGGElement, events: BrushEvents) {
    this.#group = select<SVGGElement, unknown>(group);
    // What this class moves itself has no source event, and is no wish of the user's.
    this.#brush.on('brush', ({ sourceEvent, selection }: D3BrushEvent<unknown>) => {
      if (sourceEvent && selection) events.preview(selection as Rect);
    });
    this.#brush.on('end', ({ sourceEvent, selection }: D3BrushEvent<unknown>) => {
      if (!sourceEvent) return;
      if (selection) {
        events.end(selection as Rect);
        return;
      }
      // A mere press leaves the brush alone. It is told from here, because d3 often swallows the click that would follow.
      this.show(this.#rect);
      const at = positionOf(sourceEvent as MouseEvent | TouchEvent);
      if (at) events.press(at);
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

function positionOf(event: MouseEvent | TouchEvent): Position | null {
  return 'changedTouches' in event ? (event.changedTouches[0] ?? null) : event;
}
