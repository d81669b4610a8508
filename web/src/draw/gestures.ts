// What hand and keyboard do on the map while a tool is at work.

import type { MapMouseEvent } from 'maplibre-gl';
import type { MapView } from '../map/mapview';
import { toLngLat } from '../map/geometry';
import type { LngLat } from '../state/view';

export interface GestureEvents {
  press(at: LngLat): void;
  hover(at: LngLat): void;
  undo(): void;
  /** Done, with what is drawn so far. */
  finish(): void;
  end(): void;
}

/** A press that moved less was a click. */
const DRAG_PX = 5;
/** Within this time a second click or tap makes a double one, which then is still part of the drawing. */
const DOUBLE_MS = 500;
/** What answers to Enter and Space itself. */
const CONTROLS = 'button, input, select, textarea, summary, a[href], dialog';

/** Clicks come from the map (MapView hands them on while it is `busy`); drags and keys are heard here. */
export class Gestures {
  readonly #map: MapView;
  readonly #events: GestureEvents;
  #from: { x: number; y: number } | null = null;
  #drags = false;
  #begun = false;
  /** The keyboard moves the map under its middle, where a mouse moves over it. */
  #byKey = false;
  #zoomAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(map: MapView, events: GestureEvents) {
    this.#map = map;
    this.#events = events;
  }

  /** Where a drag draws, the map stays where it is. */
  start(drags: boolean): void {
    this.stop();
    const { map } = this.#map;
    this.#map.busy = true;
    this.#drags = drags;
    clearTimeout(this.#zoomAgain);
    map.doubleClickZoom.disable();
    map.on('mousemove', this.#move);
    map.on('move', this.#follow);
    addEventListener('keydown', this.#key);
    if (!drags) return;
    map.dragPan.disable();
    const canvas = map.getCanvas();
    canvas.classList.add('drawing');
    canvas.addEventListener('pointerdown', this.#down);
    canvas.addEventListener('pointermove', this.#drag);
    canvas.addEventListener('pointerup', this.#up);
  }

  stop(): void {
    const { map } = this.#map;
    this.#map.busy = false;
    [this.#from, this.#begun, this.#byKey] = [null, false, false];
    // The click that ended it may be the first half of a double click, or its second.
    clearTimeout(this.#zoomAgain);
    this.#zoomAgain = setTimeout(() => { map.doubleClickZoom.enable(); }, DOUBLE_MS);
    map.off('mousemove', this.#move);
    map.off('move', this.#follow);
    removeEventListener('keydown', this.#key);
    map.dragPan.enable();
    const canvas = map.getCanvas();
    canvas.classList.remove('drawing');
    canvas.removeEventListener('pointerdown', this.#down);
    canvas.removeEventListener('pointermove', this.#drag);
    canvas.removeEventListener('pointerup', this.#up);
  }

  readonly #follow = (): void => {
    if (this.#byKey) this.#events.hover(this.#middle());
  };

  readonly #move = ({ lngLat }: MapMouseEvent): void => {
    this.#byKey = false;
    this.#events.hover(toLngLat([lngLat.lng, lngLat.lat]));
  };

  /** A drag begins: its beginning is the first position. A click is told by the map when it ends. */
  readonly #down = (event: PointerEvent): void => {
    if (event.isPrimary && event.button === 0) this.#from = { x: event.clientX, y: event.clientY };
  };

  readonly #drag = (event: PointerEvent): void => {
    if (!this.#from || !event.isPrimary) return;
    if (!this.#begun && Math.hypot(event.clientX - this.#from.x, event.clientY - this.#from.y) > DRAG_PX) {
      this.#begun = true;
      this.#events.undo();
      this.#events.press(this.#at(this.#from.x, this.#from.y));
    }
    if (this.#begun) this.#events.hover(this.#at(event.clientX, event.clientY));
  };

  readonly #up = (event: PointerEvent): void => {
    const dragged = this.#begun && this.#drags;
    [this.#from, this.#begun] = [null, false];
    if (dragged) this.#events.press(this.#at(event.clientX, event.clientY));
  };

  readonly #key = (event: KeyboardEvent): void => {
    const { key, target } = event;
    if (key === 'Escape') this.#events.end();
    if (target instanceof Element && target.closest(CONTROLS)) return;
    if (key === 'Backspace') this.#events.undo();
    else if (key === 'Enter') this.#events.finish();
    else if (key === ' ') {
      this.#byKey = true;
      this.#events.press(this.#middle());
    } else return;
    event.preventDefault();
  };

  #middle(): LngLat {
    const { lng, lat } = this.#map.map.getCenter();
    return toLngLat([lng, lat]);
  }

  #at(x: number, y: number): LngLat {
    const { map } = this.#map;
    const box = map.getCanvas().getBoundingClientRect();
    const { lng, lat } = map.unproject([x - box.left, y - box.top]);
    return toLngLat([lng, lat]);
  }
}
