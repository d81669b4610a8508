// Marks put together where they would lie over each other: other ones at each whole zoom, each report in one of them.

import { Supercluster } from '@maplibre/geojson-vt';
import { CATEGORIES } from '../api/types';
import { countOf, type MarkFeature, type MarkProperties } from './clusters';

export type Box = readonly [west: number, south: number, east: number, north: number];

export class Crowd {
  readonly #index: Supercluster;

  /** `radiusPx`: how near they lie that are put together, up to `zoomMax`. */
  constructor(marks: readonly MarkFeature[], radiusPx: number, zoomMax: number) {
    // Positions are counted in pixels of MapLibre's tiles.
    this.#index = new Supercluster({ radius: radiusPx, extent: 512, maxZoom: zoomMax, map: countsOf, reduce: add });
    this.#index.load([...marks]);
  }

  /** The marks in a box at a whole zoom. */
  at(zoom: number, [west, south, east, north]: Box): MarkFeature[] {
    return this.#index.getClusters([west, south, east, north], zoom) as MarkFeature[];
  }
}

type Properties = Record<string, unknown>;

/** What a mark adds to the one it becomes part of; it may be a count already. */
function countsOf(properties: Properties | null): Properties {
  const { n, west, south, east, north, reach, category } = properties as unknown as MarkProperties;
  const counts = CATEGORIES.map((name) => [countOf(name), category === name ? 1 : Number(properties?.[countOf(name)] ?? 0)]);
  return { n, west, south, east, north, reach, ...(Object.fromEntries(counts) as Properties) };
}

function add(sum: Properties, part: Properties): void {
  const pairs = [['n', plus], ['west', Math.min], ['south', Math.min], ['east', Math.max], ['north', Math.max], ['reach', Math.max]] as const;
  for (const [name, how] of [...pairs, ...CATEGORIES.map((category) => [countOf(category), plus] as const)]) sum[name] = how(Number(sum[name]), Number(part[name]));
}

function plus(a: number, b: number): number {
  return a + b;
}
