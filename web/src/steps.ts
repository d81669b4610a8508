// What a person can do from any part of the page: each is a step of the View, some with a movement of the map.

import type { Crossing, Incident } from './api/types';
import type { Placed } from './find/suggestions';
import { toLngLat } from './map/geometry';
import type { MapView } from './map/mapview';
import type { Store } from './state/store';
import { roundPosition, type Area, type Box, type Filter, type LngLat, type Sort, type View } from './state/view';

export class Steps {
  /** Null until the map is there, or where it can't be drawn: every step works without it. */
  #map: MapView | null = null;
  /** Where the map is to look when it is there. */
  #ahead: ((map: MapView) => void) | null = null;
  readonly #store: Store;
  /** What was asked when a crossing was opened. */
  #past: (Pick<View, 'point' | 'sort'> & { readonly crossing: string }) | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  get map(): MapView | null {
    return this.#map;
  }

  /** Takes the map, and shows on it what was asked for before it came. */
  take(map: MapView): void {
    this.#map = map;
    this.#ahead?.(map);
    this.#ahead = null;
  }

  /** Brings a position into view, with a circle around it where one is given. */
  show(at: LngLat, radiusM: number | null): void {
    this.#move((map) => { map.show(at, radiusM); });
  }

  #move(how: (map: MapView) => void): void {
    if (this.#map) how(this.#map);
    else this.#ahead = how;
  }

  /** Asks what was reported around a point. */
  ask(point: LngLat, move: boolean): void {
    this.#store.update({ point, selected: null, group: null });
    if (move) this.show(point, this.#store.view.radiusM);
  }

  /** Goes to what was chosen in the search. */
  find(choice: Placed): void {
    switch (choice.kind) {
      case 'point':
        this.ask(roundPosition(choice.at), true);
        return;
      case 'report':
        this.openIncident(choice.id);
        return;
      case 'words':
        // The words are looked for everywhere, not only around a point.
        this.#store.update({ filter: choice.filter, point: null, sort: this.#withoutDistance(), selected: null, group: null });
        return;
      case 'named': {
        const { kind, id, at, extent } = choice.found;
        if (kind === 'place') this.ask(at, true);
        else if (extent) this.#look(extent);
        else this.goToCrossing(id, at);
      }
    }
  }

  /** Looks at what has an extent; what was asked around another place is past. */
  #look(extent: Omit<Box, 'kind'>): void {
    this.#store.update({ point: null, sort: this.#withoutDistance(), selected: null, group: null });
    this.#move((map) => { map.showBox(extent); });
  }

  clearPoint(): void {
    this.#store.update({ point: null, sort: this.#withoutDistance() });
  }

  /** Lets go of a point that the map can't show, and shows the border. */
  toBorder(): void {
    this.clearPoint();
    this.#move((map) => { map.showBorder(); });
  }

  /** Without a point there is no distance to order by. */
  #withoutDistance(): Sort | null {
    const { sort } = this.#store.view;
    return sort === 'distance' ? null : sort;
  }

  sort(sort: Sort | null): void {
    this.#store.update({ sort });
  }

  setFilter(filter: Filter): void {
    this.#store.update({ filter });
  }

  /** Asks for more: without what was in the way of an answer. */
  relax(patch: Partial<View>): void {
    if (patch.point === null) this.clearPoint();
    if (patch.filter) this.setFilter(patch.filter);
  }

  /** Turns to a crossing that was searched for. */
  goToCrossing(id: string, at: LngLat): void {
    this.openCrossing(id);
    this.show(at, null);
  }

  setRadius(radiusM: number): void {
    this.#store.update({ radiusM });
  }

  /** Sets the radius and shows all that lies within it. */
  widen(point: LngLat, radiusM: number): void {
    this.#store.update({ radiusM });
    this.show(point, radiusM);
  }

  setArea(area: Area | null): void {
    this.#store.update({ filter: { ...this.#store.view.filter, area } });
  }

  openIncident(id: string): void {
    this.#store.update({ selected: { layer: 'incidents', id } });
  }

  /** What was asked around another place is past; closing the crossing asks it again. */
  openCrossing(id: string): void {
    const { selected, point, sort, embed } = this.#store.view;
    // From crossing to crossing, the first has put the point away.
    if (!this.#past || selected?.id !== this.#past.crossing) this.#past = { crossing: id, point, sort };
    else this.#past = { ...this.#past, crossing: id };
    // Somebody's page asks around its point, and has no step back.
    const without = embed ? {} : { point: null, sort: this.#withoutDistance() };
    this.#store.update({ selected: { layer: 'crossings', id }, group: null, ...without });
  }

  openGroup(group: LngLat): void {
    this.#store.update({ group, selected: null });
  }

  /** Back from details to the list that they were opened from. */
  closeDetails(): void {
    const { selected } = this.#store.view;
    const past = selected?.layer === 'crossings' && selected.id === this.#past?.crossing ? this.#past : null;
    this.#past = null;
    this.#store.update({ selected: null, ...(past && { point: past.point, sort: past.sort }) });
  }

  closeGroup(): void {
    this.#store.update({ group: null });
  }

  zoomTo(shown: Incident | Crossing): void {
    this.show(toLngLat(shown.geometry.coordinates), shown.properties.position_uncertainty_m);
  }
}
