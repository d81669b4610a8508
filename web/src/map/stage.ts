// Changes what the map draws of a source in one picture. MapLibre redraws a source tile by tile, and while it zooms it draws
// tiles of the zoom before where there are no newer ones yet: a cluster would stand beside its own parts.

import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import { EMPTY } from './style';

/** A source and what draws it; the other is drawn only while this one is changed. */
export interface Scene {
  readonly source: string;
  readonly icons: readonly string[];
  readonly texts: readonly string[];
}

/**
 * `rest`: the front is drawn. `ahead`: the back, unseen, gets what is next. `behind`: the back is drawn, while the front gets
 * the same; then the front is drawn again, so that whoever asks the map finds everything in one place.
 */
type Phase = 'rest' | 'ahead' | 'behind';

export class Stage {
  readonly #map: MapLibre;
  readonly #front: Scene;
  readonly #back: Scene;
  #phase: Phase = 'rest';
  #shown = EMPTY;
  /** What came while the front was not drawn. */
  #next: FeatureCollection | null = null;

  constructor(map: MapLibre, front: Scene, back: Scene) {
    [this.#map, this.#front, this.#back] = [map, front, back];
    // Tiles that have come are drawn when their symbols are placed, which each picture does: before, a source may still be in part
    // what it was.
    map.on('render', () => { this.#look(); });
  }

  /** What is drawn now. */
  get drawn(): Scene {
    return this.#phase === 'behind' ? this.#back : this.#front;
  }

  fill(data: FeatureCollection): void {
    if (this.#phase === 'behind') {
      this.#next = data;
      return;
    }
    // Where nothing is drawn nothing can be counted twice; and what is taken away need not wait.
    const bare = this.#shown.features.length === 0 || data.features.length === 0;
    this.#shown = data;
    this.#phase = bare ? 'rest' : 'ahead';
    this.#hand(bare ? this.#front : this.#back);
  }

  /** The style was built anew, and nothing is drawn. */
  restart(): void {
    [this.#phase, this.#shown, this.#next] = ['rest', EMPTY, null];
  }

  /**
   * A source of its own for each change: MapLibre asks anew for a tile that it still waits for when its source is given other data,
   * and takes the first answer, which has the old ones, for all of it.
   */
  #hand({ source, icons, texts }: Scene): void {
    const [map, order, own] = [this.#map, this.#map.getLayersOrder(), [...icons, ...texts]];
    const there = map.getSource<GeoJSONSource>(source);
    if (!there) return;
    const layers = order.flatMap((id, at) => (own.includes(id) ? [{ layer: map.getLayer(id)?.serialize() as LayerSpecification, before: order[at + 1] }] : []));
    const anew = { ...there.serialize(), data: this.#shown };
    for (const { layer } of layers) map.removeLayer(layer.id);
    map.removeSource(source);
    map.addSource(source, anew);
    // From above, so that what each lies below is there again.
    for (const { layer, before } of layers.reverse()) map.addLayer(layer, before);
  }

  /** Whether what is awaited is there, in all tiles in sight. */
  #look(): void {
    if (this.#phase === 'rest') return;
    if (!this.#map.isSourceLoaded((this.#phase === 'ahead' ? this.#back : this.#front).source)) return;
    if (this.#phase === 'ahead') {
      this.#draw(this.#back, this.#front);
      this.#phase = 'behind';
      this.#hand(this.#front);
      return;
    }
    this.#draw(this.#front, this.#back);
    this.#phase = 'rest';
    const next = this.#next;
    this.#next = null;
    if (next) this.fill(next);
  }

  #draw(seen: Scene, unseen: Scene): void {
    for (const [{ icons, texts }, opacity] of [[seen, 1], [unseen, 0]] as const) {
      for (const layer of [...icons, ...texts]) this.#map.setPaintProperty(layer, 'icon-opacity', opacity);
      for (const layer of texts) this.#map.setPaintProperty(layer, 'text-opacity', opacity);
    }
  }
}
