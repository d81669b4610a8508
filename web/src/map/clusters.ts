// How incidents are counted in clusters: the same properties whether the map counts them or the server's tiles do.

import type { Feature, Point } from 'geojson';
import type { ExpressionSpecification } from 'maplibre-gl';
import { CATEGORIES, type Incident } from '../api/types';
import { numberLocale, t } from '../i18n';
import { metresPerPixel } from './geometry';

/** What a mark of the map stands for: one report, or several that are counted. */
export interface MarkProperties {
  /** Only of a single report whose id is known. */
  readonly id?: string;
  readonly category?: string;
  readonly status?: string;
  readonly precision?: string;
  /** How many reports it stands for. */
  readonly n: number;
  /** The box that its reports lie in. */
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  /** Radius of the circle that a report is known to lie in, in pixels at zoom 0; 0 where none is drawn. */
  readonly reach: number;
}

export type MarkFeature = Feature<Point, MarkProperties & Record<string, unknown>>;

/** The property that counts a category in a cluster. */
export function countOf(category: string): string {
  return `n_${category}`;
}

/** An incident as the map draws it. */
export function incidentMark({ id, geometry, properties }: Incident): MarkFeature {
  const [lng = 0, lat = 0] = geometry.coordinates;
  const { category, status, position_precision: precision, position_uncertainty_m: uncertaintyM } = properties;
  const reach = reachOf(precision, uncertaintyM, lat);
  return {
    type: 'Feature',
    geometry,
    properties: { id, category, status, precision, n: 1, west: lng, south: lat, east: lng, north: lat, reach },
  };
}

/** An exact position has no circle: its uncertainty is smaller than its mark. */
export function reachOf(precision: string | undefined, uncertaintyM: number | null | undefined, lat: number): number {
  return precision === 'exact' || !uncertaintyM ? 0 : uncertaintyM / metresPerPixel(lat, 0);
}

export const IS_CLUSTER: ExpressionSpecification = ['>', ['get', 'n'], 1];
export const IS_SINGLE: ExpressionSpecification = ['==', ['get', 'n'], 1];

/** Whether all reports of a mark share one position, so that one circle is true of all. */
export const IN_ONE_PLACE: ExpressionSpecification = [
  'all',
  ['<', ['-', ['get', 'east'], ['get', 'west']], 0.0001],
  ['<', ['-', ['get', 'north'], ['get', 'south']], 0.0001],
];

/**
 * Shares of a ring are told in so many parts of the whole: finer than the eye, and coarse enough that a
 * million reports need only some hundred pictures.
 */
export const RING_PARTS = 24;

/** Each category's share in parts, never nothing where there is one; then the size's step. */
const share = (name: string): unknown => [
  'let', 'count', ['coalesce', ['get', countOf(name)], 0],
  ['case', ['>', ['var', 'count'], 0], ['max', 1, ['round', ['/', ['*', RING_PARTS, ['var', 'count']], ['get', 'n']]]], 0],
];

/** Diameters in pixels, by how many reports there are. */
const SIZES = [[2, 26], [5, 29], [10, 33], [25, 37], [50, 41], [100, 45], [500, 50], [2_500, 55], [10_000, 60]] as const;

const SIZE = ['to-string', ['step', ['get', 'n'], SIZES[0][1], ...SIZES.slice(1).flat()]];

/** The name of the picture that lies under a cluster's number: its size. */
export const NUMBER_ICON = ['concat', 'number:', SIZE] as unknown as ExpressionSpecification;

/** The name of a cluster's picture: its size, then the shares in the order of the categories. */
export const CLUSTER_ICON = [
  'concat',
  'cluster:',
  SIZE,
  ...CATEGORIES.flatMap((name, i) => [i ? ',' : ':', ['to-string', share(name)]]),
] as unknown as ExpressionSpecification;

/** The number in a cluster, in the reader's digits: whole up to 9,999, then in thousands and millions. */
export function clusterNumber(): ExpressionSpecification {
  const digits = (value: unknown, most: number): unknown => ['number-format', value, { locale: numberLocale(), 'max-fraction-digits': most }];
  const words = (key: 'map.thousands' | 'map.millions', value: unknown): unknown => ['concat', ...t(key).split(/(\{n\})/).filter(Boolean).map((part) => (part === '{n}' ? value : part))];
  return [
    'case',
    ['<', ['get', 'n'], 10_000], digits(['get', 'n'], 0),
    ['<', ['get', 'n'], 999_500], words('map.thousands', digits(['/', ['get', 'n'], 1_000], 0)),
    words('map.millions', digits(['/', ['get', 'n'], 1_000_000], 1)),
  ] as unknown as ExpressionSpecification;
}
