// The scale bar, in the digits and units of the page's language, which MapLibre's own doesn't speak.

import type { IControl, Map as MapLibre } from 'maplibre-gl';
import { h } from '../panels/dom';
import { textScale } from '../screen';
import { formatDistance } from '../text/format';
import { metresBetween } from './geometry';

const WIDTH_PX_MAX = 110;

export class ScaleBar implements IControl {
  readonly #element = h('div', { class: 'maplibregl-ctrl maplibregl-ctrl-scale' });
  #map: MapLibre | null = null;
  readonly #show = (): void => {
    if (!this.#map) return;
    const widthPx = WIDTH_PX_MAX * textScale();
    const y = this.#map.getContainer().clientHeight / 2;
    const [left, right] = [this.#map.unproject([0, y]), this.#map.unproject([widthPx, y])];
    const most = metresBetween(left, right);
    const metres = roundDown(most);
    this.#element.style.width = `${Math.round((widthPx * metres) / most)}px`;
    this.#element.textContent = formatDistance(metres);
  };

  onAdd(map: MapLibre): HTMLElement {
    this.#map = map;
    map.on('move', this.#show);
    this.#show();
    return this.#element;
  }

  onRemove(): void {
    this.#map?.off('move', this.#show);
    this.#map = null;
    this.#element.remove();
  }
}

/** The largest of 1, 2, 3, 5 and their tenfolds that fits. */
function roundDown(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  const first = [5, 3, 2].find((digit) => digit * power <= metres) ?? 1;
  return first * power;
}
