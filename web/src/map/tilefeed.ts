// Incidents from the server's vector tiles, for when there are too many to fetch: counted there, gathered here.

import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { tile, tileBounds, type TileAddress } from '../api/client';
import { readable, toParams } from '../api/query';
import { CATEGORIES } from '../api/types';
import { sameFilter, type Filter } from '../state/view';
import { countOf, reachOf, type MarkFeature } from './clusters';

/** What of the map the feed needs. */
export interface Sight {
  readonly zoom: number;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * Tiles of one zoom less than the map's are drawn twice as large, so that their cells (32 each way) are about
 * as far apart as clusters should be, and two to six of them fill a screen.
 */
const ZOOMS_LESS = 1;
/** A cell is a tile of so many zooms more. */
const CELL_ZOOMS = 5;
/** Tiles kept for coming back to; each holds at most some two thousand marks. */
const KEPT_MAX = 120;

type Box = readonly [west: number, south: number, east: number, north: number];

export class TileFeed {
  readonly #sight: () => Sight;
  readonly #give: (marks: MarkFeature[]) => void;
  readonly #during: (task: () => Promise<void>) => Promise<void>;
  #filter: Filter | null = null;
  #bounds: Box | null = null;
  #kept = new Map<string, MarkFeature[]>();
  /** The tiles that are shown or asked for; null where none are yet: a map that looks away from the data has no tiles. */
  #shown: string | null = null;
  #asking: AbortController | null = null;

  constructor(events: {
    sight(): Sight;
    give(marks: MarkFeature[]): void;
    /** Runs a task whose failure the reader is told of. */
    during(task: () => Promise<void>): Promise<void>;
  }) {
    this.#sight = () => events.sight();
    this.#give = (marks) => { events.give(marks); };
    this.#during = (task) => events.during(task);
  }

  get on(): boolean {
    return this.#filter !== null;
  }

  /** Shows what a filter selects, from now on and wherever the map moves; null ends it. */
  show(filter: Filter | null): void {
    if (!filter || !this.#filter || !sameFilter(filter, this.#filter)) {
      this.#kept.clear();
      this.#shown = null;
      this.#asking?.abort();
    }
    this.#filter = filter;
    this.follow();
  }

  /** What was kept is of older data. */
  anew(): void {
    this.#kept.clear();
    this.#shown = null;
    this.follow();
  }

  /** Fetches what came into sight. Until it is there, what was shown stays. */
  follow(): void {
    const filter = this.#filter;
    if (!filter) return;
    const addresses = this.#bounds ? tilesOf(this.#sight(), this.#bounds) : [];
    const key = addresses.map(keyOf).join(' ');
    if (this.#bounds && key === this.#shown) return;
    this.#shown = key;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    void this.#during(async () => {
      try {
        await this.#load(filter, asking.signal);
      } catch (cause) {
        // What failed is asked for again at the next move.
        if (this.#asking === asking) this.#shown = null;
        throw cause;
      }
    });
  }

  async #load(filter: Filter, signal: AbortSignal): Promise<void> {
    this.#bounds ??= await tileBounds('incidents', signal);
    const addresses = tilesOf(this.#sight(), this.#bounds);
    const query = readable(toParams({ filter }));
    const marks = await Promise.all(addresses.map(async (address) => {
      const key = keyOf(address);
      const found = this.#kept.get(key) ?? marksOf(await tile('incidents', address, query, signal), address);
      this.#keep(key, found);
      return found;
    }));
    signal.throwIfAborted();
    this.#shown = addresses.map(keyOf).join(' ');
    this.#give(marks.flat());
  }

  /** The one used last is forgotten last. */
  #keep(key: string, marks: MarkFeature[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, marks);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
  }
}

/** The tiles that cover what is in sight, as far as there are any. */
export function tilesOf(sight: Sight, [west, south, east, north]: Box): TileAddress[] {
  const zoom = Math.max(0, Math.floor(sight.zoom) - ZOOMS_LESS);
  const box = [Math.max(sight.west, west), Math.max(sight.south, south), Math.min(sight.east, east), Math.min(sight.north, north)] as const;
  if (box[0] > box[2] || box[1] > box[3]) return [];
  const [left, right] = [columnOf(box[0], zoom), columnOf(box[2], zoom)];
  const [top, bottom] = [rowOf(box[3], zoom), rowOf(box[1], zoom)];
  const tiles: TileAddress[] = [];
  for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) tiles.push({ zoom, row, column });
  return tiles;
}

/** What a tile holds, as marks of the map. */
export function marksOf(bytes: ArrayBuffer, { zoom, row, column }: TileAddress): MarkFeature[] {
  const layer = new VectorTile(new PbfReader(bytes)).layers['incidents'];
  if (!layer) return [];
  return Array.from({ length: layer.length }, (_, index) => {
    const feature = layer.feature(index);
    const [{ x, y } = { x: 0, y: 0 }] = feature.loadGeometry()[0] ?? [];
    const [right, down] = [column + x / layer.extent, row + y / layer.extent];
    const at = [lngOf(right, zoom), latOf(down, zoom)] as const;
    return feature.properties['cluster'] ? counted(at, feature.properties, right, down, zoom) : single(at, feature.properties);
  });
}

type Tags = Readonly<Record<string, string | number | boolean>>;

/** Several reports in one cell: they lie somewhere in it. */
function counted(at: readonly [number, number], tags: Tags, right: number, down: number, zoom: number): MarkFeature {
  const [cells, deep] = [2 ** CELL_ZOOMS, zoom + CELL_ZOOMS];
  const [x, y] = [Math.floor(right * cells), Math.floor(down * cells)];
  const counts = CATEGORIES.map((category) => [countOf(category), Number(tags[`category:${category}`] ?? 0)]);
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [...at] },
    properties: {
      ...Object.fromEntries(counts) as Record<string, number>,
      n: Number(tags['point_count']),
      west: lngOf(x, deep),
      south: latOf(y + 1, deep),
      east: lngOf(x + 1, deep),
      north: latOf(y, deep),
      reach: 0,
    },
  };
}

function single([lng, lat]: readonly [number, number], tags: Tags): MarkFeature {
  const text = (name: string): string | undefined => (tags[name] === undefined ? undefined : String(tags[name]));
  const precision = text('position_precision');
  const told = {
    id: text('id'),
    category: text('category') ?? 'other',
    status: text('status'),
    precision,
  };
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  const reach = reachOf(precision, Number(tags['position_uncertainty_m'] ?? 0), lat);
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lng, lat] },
    properties: { ...known, n: 1, west: lng, south: lat, east: lng, north: lat, reach },
  };
}

function keyOf({ zoom, row, column }: TileAddress): string {
  return `${zoom}/${row}/${column}`;
}

function columnOf(lng: number, zoom: number): number {
  return Math.min(2 ** zoom - 1, Math.max(0, Math.floor(((lng + 180) / 360) * 2 ** zoom)));
}

function rowOf(lat: number, zoom: number): number {
  const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return Math.min(2 ** zoom - 1, Math.max(0, Math.floor(y * 2 ** zoom)));
}

function lngOf(column: number, zoom: number): number {
  return (column / 2 ** zoom) * 360 - 180;
}

function latOf(row: number, zoom: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** zoom))) * 180) / Math.PI;
}
