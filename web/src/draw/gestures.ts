// What hand and keyboard do on the map while a tool is at work.

import type { MapMouseEvent } from 'maplibre-gl';
import type { MapView } from '../map/mapview';
import { toLngLat } from '../map/geometry';
import type { LngLat } from '../state/view';

export interface GestureEvents {
  press(at: LngLat): void;
  hover(at: LngLat): void;
  undo(): void;
  end(): void;
}

/** A press that moved less was a click. */
const DRAG_PX = 5;

/** Clicks come from the map (MapView hands them on while it is `busy`); drags and keys are heard here. */
export class Gestures {
  readonly #map: MapView;
  readonly #events: GestureEvents;
  #from: { x: number; y: number } | null = null;
  #drags = false;
  #begun = false;

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
    map.doubleClickZoom.disable();
    map.on('mousemove', this.#move);
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
    [this.#from, this.#begun] = [null, false];
    map.doubleClickZoom.enable();
    map.off('mousemove', this.#move);
    removeEventListener('keydown', this.#key);
    map.dragPan.enable();
    const canvas = map.getCanvas();
    canvas.classList.remove('drawing');
    canvas.removeEventListener('pointerdown', this.#down);
    canvas.removeEventListener('pointermove', this.#drag);
    canvas.removeEventListener('pointerup', this.#up);
  }

  readonly #move = ({ lngLat }: MapMouseEvent): void => {
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
    if (event.key === 'Escape') this.#events.end();
    else if (event.key === 'Backspace' && !(event.target instanceof HTMLInputElement)) this.#events.undo();
  };

  #at(x: number, y: number): LngLat {
    const { map } = this.#map;
    const box = map.getCanvas().getBoundingClientRect();
    const { lng, lat } = map.unproject([x - box.left, y - box.top]);
    return toLngLat([lng, lat]);
  }
}
