// The reports on the map: put together for the zoom and the place that are looked at, and changed in one picture.

import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import { textScale } from '../screen';
import type { MarkFeature } from './clusters';
import { Crowd, type Box } from './crowd';
import { collection } from './labels';
import { Stage } from './stage';
import { CLUSTER_MAX_ZOOM, clusterRadiusPx, EMPTY } from './style';
import { BACK, FRONT } from './style-data';
import type { Sight } from './tilefeed';

/** More than this cover the ground where they crowd. */
const MANY_REPORTS = 1_500;
/** Around what is in sight so much more is at hand, in its widths and heights. */
const AROUND = 1;

export class Marks {
  readonly #map: MapLibre;
  readonly #sight: () => Sight;
  readonly #stage: Stage;
  #marks: readonly MarkFeature[] = [];
  /** Whether there are so many reports that they are put together from farther, so that the ground is seen between them. */
  #many = false;
  #crowd: Crowd | null = null;
  /** Whether the map has its style. */
  #ready = false;
  #placed: { readonly zoom: number; readonly box: Box } | null = null;

  constructor(map: MapLibre, sight: () => Sight) {
    this.#map = map;
    this.#sight = sight;
    this.#stage = new Stage(map, FRONT, BACK);
  }

  /** The layers that are drawn of them now. */
  get layers(): readonly string[] {
    return this.#stage.drawn.icons;
  }

  /** Draws these, which stand for so many reports. */
  draw(marks: readonly MarkFeature[], reports: number): void {
    this.#marks = marks;
    this.#many = reports > MANY_REPORTS;
    this.#crowd = null;
    this.#place();
  }

  /** The style was built anew. */
  restart(): void {
    this.#ready = true;
    this.#stage.restart();
    this.#placed = null;
    this.follow();
  }

  /** The map moved: other marks stand for the reports at another zoom, and others come into sight. */
  follow(): void {
    const { zoom, west, south, east, north } = this.#sight();
    const placed = this.#placed;
    const within = placed && west >= placed.box[0] && south >= placed.box[1] && east <= placed.box[2] && north <= placed.box[3];
    if (!within || Math.floor(zoom) !== placed.zoom) this.#place();
  }

  #place(): void {
    if (!this.#ready) return;
    this.#crowd ??= new Crowd(this.#marks, clusterRadiusPx(this.#many, textScale()), CLUSTER_MAX_ZOOM);
    const { zoom, west, south, east, north } = this.#sight();
    const [across, up] = [AROUND * (east - west), AROUND * (north - south)];
    this.#placed = { zoom: Math.floor(zoom), box: [west - across, south - up, east + across, north + up] };
    const marks = this.#marks.length ? collection(this.#crowd.at(this.#placed.zoom, this.#placed.box)) : EMPTY;
    this.#stage.fill(marks);
    // The circles that they may lie in count nothing: they come as they are made.
    void this.#map.getSource<GeoJSONSource>('reach')?.setData(marks);
  }
}
