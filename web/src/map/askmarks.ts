// The point asked about: its pin, the ring around it with a handle to drag, and the way to the border.

import { Marker, type Map as MapLibre } from 'maplibre-gl';
import type { Feature } from 'geojson';
import type { Located } from '../api/types';
import { t } from '../i18n';
import { clampRadius, roundPosition, type LngLat } from '../state/view';
import { formatExact } from '../text/format';
import { destination, metresBetween, metresPerPixel, ring, toLngLat } from './geometry';
import type { MapView } from './mapview';
import { EMPTY } from './style';

export interface AskEvents {
  point(at: LngLat): void;
  radius(metres: number): void;
}

/** The handle sits in the west: the map's tools stand in the east. */
const HANDLE_BEARING = 270;

/** So far from the point its handle doesn't touch it, not even the part of it that only fingers meet. */
const APART_PX = 44;
/** A ring narrower than this from point to edge has no room for its radius in words, which then stand outside. */
const WORDS_PX = 110;

export class AskMarks {
  readonly #view: MapView;
  readonly #pin: Marker;
  readonly #handle: Marker;
  readonly #tag: HTMLElement;
  #point: LngLat | null = null;
  #radiusM = 0;
  #foot: readonly [number, number] | null = null;

  constructor(view: MapView, changeable: boolean, events: AskEvents) {
    this.#view = view;
    this.#pin = new Marker({ element: element('ask-pin'), draggable: changeable });
    const handle = element('ask-handle');
    this.#tag = element('ask-radius');
    handle.append(this.#tag);
    this.#handle = new Marker({ element: handle, draggable: changeable });
    // Both have their equals in the panel (coordinates, slider), so the page's reading order skips them.
    this.#pin.on('drag', () => { this.#preview(this.#at(this.#pin), this.#radiusM); });
    this.#pin.on('dragend', () => { events.point(roundPosition(this.#at(this.#pin))); });
    view.map.on('zoom', () => { this.#keepApart(); });
    this.#handle.on('drag', () => { this.#preview(this.#point, this.#dragged()); });
    this.#handle.on('dragend', () => { events.radius(this.#dragged()); });
  }

  /** The foot is the nearest point of the border, once the server has said which. */
  show(point: LngLat | null, radiusM: number, located: Located | null): void {
    this.#foot = located?.foot ?? (point === this.#point ? this.#foot : null);
    this.#point = point;
    this.#radiusM = radiusM;
    if (!point) {
      this.#pin.remove();
      this.#handle.remove();
      this.#view.fill('ask', EMPTY);
      return;
    }
    this.#place(this.#pin, point, this.#view.map);
    this.#preview(point, radiusM);
    this.#place(this.#handle, destination(point, radiusM, HANDLE_BEARING), this.#view.map);
  }

  #preview(point: LngLat | null, radiusM: number): void {
    if (!point) return;
    const features: Feature[] = [{ type: 'Feature', properties: {}, geometry: ring(point, radiusM, 128) }];
    if (this.#foot && point === this.#point) {
      const line = [[point.lng, point.lat], [...this.#foot]];
      features.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: line } });
    }
    this.#view.fill('ask', { type: 'FeatureCollection', features });
    this.#tag.textContent = formatExact(radiusM);
    this.#keepApart();
    if (point !== this.#point) this.#handle.setLngLat(destination(point, radiusM, HANDLE_BEARING));
  }

  /** A ring that is small on the screen has its handle beside it: on it, it would cover the point. */
  #keepApart(): void {
    if (!this.#point) return;
    const radiusPx = this.#radiusM / metresPerPixel(this.#point.lat, this.#view.map.getZoom());
    const short = Math.max(0, APART_PX - radiusPx);
    this.#tag.classList.toggle('outside', radiusPx < WORDS_PX);
    this.#handle.setOffset([-short, 0]);
  }

  #dragged(): number {
    const metres = this.#point ? metresBetween(this.#point, this.#at(this.#handle)) : this.#radiusM;
    // Steps that a person would have typed.
    const step = metres < 10_000 ? 500 : 1_000;
    return clampRadius(Math.max(step, Math.round(metres / step) * step));
  }

  #at(marker: Marker): LngLat {
    const { lng, lat } = marker.getLngLat();
    return toLngLat([lng, lat]);
  }

  #place(marker: Marker, at: LngLat, map: MapLibre): void {
    marker.setLngLat(at).addTo(map);
    marker.getElement().setAttribute('aria-label', t('map.point'));
  }
}

function element(name: string): HTMLElement {
  const div = document.createElement('div');
  div.className = name;
  div.setAttribute('aria-hidden', 'true');
  return div;
}
