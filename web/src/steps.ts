// What a person can do from any part of the page: each is a step of the View, some with a movement of the map.

import type { Crossing, Incident } from './api/types';
import { toLngLat } from './map/geometry';
import type { MapView } from './map/mapview';
import type { Store } from './state/store';
import type { Area, Filter, LngLat, Sort } from './state/view';

export class Steps {
  /** Null where the map can't be drawn: every step works without it. */
  map: MapView | null = null;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Asks what was reported around a point. */
  ask(point: LngLat, move: boolean): void {
    this.#store.update({ point, selected: null, group: null });
    if (move) this.map?.show(point, this.#store.view.radiusM);
  }

  clearPoint(): void {
    // Without a point there is no distance to order by.
    const sort = this.#store.view.sort === 'distance' ? null : this.#store.view.sort;
    this.#store.update({ point: null, sort });
  }

  sort(sort: Sort | null): void {
    this.#store.update({ sort });
  }

  setFilter(filter: Filter): void {
    this.#store.update({ filter });
  }

  setRadius(radiusM: number): void {
    this.#store.update({ radiusM });
  }

  /** Sets the radius and shows all that lies within it. */
  widen(point: LngLat, radiusM: number): void {
    this.#store.update({ radiusM });
    this.map?.show(point, radiusM);
  }

  setArea(area: Area | null): void {
    this.#store.update({ filter: { ...this.#store.view.filter, area } });
  }

  openIncident(id: string): void {
    this.#store.update({ selected: { layer: 'incidents', id } });
  }

  openCrossing(id: string): void {
    this.#store.update({ selected: { layer: 'crossings', id }, group: null });
  }

  openGroup(group: LngLat): void {
    this.#store.update({ group, selected: null });
  }

  /** Back from details to the list that they were opened from. */
  closeDetails(): void {
    this.#store.update({ selected: null });
  }

  closeGroup(): void {
    this.#store.update({ group: null });
  }

  zoomTo(shown: Incident | Crossing): void {
    this.map?.show(toLngLat(shown.geometry.coordinates), shown.properties.position_uncertainty_m);
  }
}
