// The handles of the area asked about, which a mouse or a finger drags. Their equals for the keyboard are the numbers in the panel.

import { Marker, type Map as MapLibre } from 'maplibre-gl';
import { toLngLat } from '../map/geometry';
import type { Area } from '../state/view';
import type { Handle } from './areas';

export interface HandleEvents {
  /** While a handle is dragged. */
  preview(area: Area): void;
  change(area: Area): void;
}

export class Handles {
  readonly #map: MapLibre;
  readonly #events: HandleEvents;
  #markers: Marker[] = [];
  #dragging = false;

  constructor(map: MapLibre, events: HandleEvents) {
    this.#map = map;
    this.#events = events;
  }

  show(handles: readonly Handle[]): void {
    // A handle under a finger stays under it.
    if (this.#dragging) return;
    for (const marker of this.#markers) marker.remove();
    this.#markers = handles.map((handle) => this.#marker(handle));
  }

  #marker(handle: Handle): Marker {
    const element = document.createElement('div');
    element.className = `sketch-handle sketch-handle-${handle.kind}`;
    element.setAttribute('aria-hidden', 'true');
    const marker = new Marker({ element, draggable: true }).setLngLat(handle.at).addTo(this.#map);
    // MapLibre names and focuses markers; these have their equals in the panel.
    element.removeAttribute('role');
    element.removeAttribute('tabindex');
    const area = (): Area => {
      const { lng, lat } = marker.getLngLat();
      return handle.moved(toLngLat([lng, lat]));
    };
    marker.on('drag', () => {
      this.#dragging = true;
      this.#events.preview(area());
    });
    marker.on('dragend', () => {
      this.#dragging = false;
      this.#events.change(area());
    });
    const { removed } = handle;
    if (removed) {
      element.addEventListener('dblclick', (event) => {
        event.stopPropagation();
        this.#events.change(removed);
      });
    }
    return marker;
  }
}
