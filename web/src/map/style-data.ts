// Layers of the data: what was asked, labels, crossings, and incidents with how well they are placed.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import type { Ground } from './palette';
import { CLUSTER_ICON, clusterNumber, IN_ONE_PLACE, IS_CLUSTER, IS_SINGLE, NUMBER_ICON } from './clusters';
import { INCIDENT_ICON } from './icons';
import { BOLD, REGULAR } from './fonts';
import type { Scene } from './stage';

/** Layers that answer to a click besides the reports'. */
export const CLICKABLE = ['selected', 'crossings'] as const;

/** Closer than this the circle that a report lies in is larger than the map. */
const REACH_ZOOM_MAX = 11;

/** From which population on a place is shown, the closer the smaller. */
const PLACES_SHOWN: FilterSpecification = [
  '>=',
  ['get', 'population'],
  ['step', ['zoom'], 300_000, 6.2, 150_000, 6.8, 60_000, 7.6, 20_000, 8.6, 5_000, 9.6, 0],
];

/** Reports take no room from names: those stand above them, and stay where they are while reports come and go. */
const UNDER_NAMES = { 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-padding': 0 } as const;

const CLUSTER_SIZE: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 5, 0.9, 8, 1];

const expression = (value: unknown): ExpressionSpecification => value as ExpressionSpecification;

export function askLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'ask-area',
      type: 'fill',
      source: 'ask',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': ground.ask, 'fill-opacity': 0.07 },
    },
    {
      id: 'ask-ring',
      type: 'line',
      source: 'ask',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'line-color': ground.ask, 'line-width': 1.8 },
    },
    {
      id: 'ask-foot',
      type: 'line',
      source: 'ask',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': ground.ask, 'line-width': 1.5, 'line-dasharray': [2, 2] },
    },
  ];
}

/** Names of provinces: the first to give way. */
export function areaLabelLayers(ground: Ground): LayerSpecification[] {
  return [{ id: 'province-names', ...areaNames(ground), minzoom: 6.8, maxzoom: 9.5, filter: ['==', ['get', 'rank'], 1] }];
}

/** How names of areas are written: large ones for the two countries, smaller ones for the rest. */
function areaNames(ground: Ground) {
  return {
    type: 'symbol',
    source: 'names',
    layout: {
      'text-field': ['get', 'label'],
      'text-font': BOLD,
      'text-size': ['case', ['==', ['get', 'rank'], 0], 19, 11],
      'text-letter-spacing': ['case', ['==', ['get', 'rank'], 0], 0.06, 0.02],
      'text-line-height': 1.1,
      'text-padding': 6,
      'symbol-sort-key': ['get', 'rank'],
    },
    paint: { 'text-color': ground.textFaint, 'text-opacity': 0.8, 'text-halo-color': ground.halo, 'text-halo-width': 1.5 },
  } satisfies Omit<SymbolLayerSpecification, 'id'>;
}

export function labelLayers(ground: Ground): LayerSpecification[] {
  const halo = { 'text-halo-color': ground.halo, 'text-halo-width': 1.5 };
  const river = (source: string, offset: [number, number]) => ({
    type: 'symbol',
    source,
    minzoom: 6.6,
    filter: ['has', 'label'],
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 420,
      'text-field': ['get', 'label'],
      'text-font': REGULAR,
      'text-size': 11,
      'text-letter-spacing': 0.04,
      'text-offset': offset,
    },
    paint: { 'text-color': ground.textWater, ...halo },
  }) satisfies Omit<SymbolLayerSpecification, 'id'>;
  return [
    { id: 'river-names', ...river('rivers', [0, 0]) },
    // Below the line; the segment's name is above.
    { id: 'border-river-names', ...river('border-river', [0, 1.3]) },
    {
      id: 'places',
      type: 'symbol',
      source: 'places',
      filter: PLACES_SHOWN,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': ['step', ['get', 'population'], ['literal', REGULAR], 500_000, ['literal', BOLD]],
        'text-size': [
          'interpolate', ['linear'], ['zoom'],
          5, ['step', ['get', 'population'], 10.5, 500_000, 12],
          10, ['step', ['get', 'population'], 12.5, 100_000, 14, 500_000, 16.5],
        ],
        'text-line-height': 1.15,
        // Reports don't move it, so it stands clear of most that may lie on the place itself.
        'text-variable-anchor-offset': ['top', [0, 0.9], 'bottom', [0, -0.9], 'left', [1.1, 0], 'right', [-1.1, 0]],
        'text-justify': 'auto',
        'text-max-width': 12,
        'text-padding': 3,
        'symbol-sort-key': ['-', 0, ['get', 'population']],
      },
      paint: { 'text-color': ground.text, 'text-halo-color': ground.halo, 'text-halo-width': 2 },
    },
    { id: 'country-names', ...areaNames(ground), maxzoom: 9, filter: ['!=', ['get', 'rank'], 1] },
  ];
}

/** What reports may lie over: the spots of places and the crossings. */
export function spotLayers(): LayerSpecification[] {
  return [
    {
      id: 'place-spots',
      type: 'symbol',
      source: 'places',
      filter: PLACES_SHOWN,
      layout: { 'icon-image': 'place', 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
    {
      id: 'crossings',
      type: 'symbol',
      source: 'crossings',
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 5, 0.7, 8, 1],
        'icon-allow-overlap': true,
      },
    },
  ];
}

export function crossingNameLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'crossing-names',
      type: 'symbol',
      source: 'crossings',
      layout: {
        'text-field': ['step', ['zoom'], '', 6.9, ['get', 'label']],
        'text-font': REGULAR,
        'text-size': 11.5,
        'text-variable-anchor': ['left', 'right', 'bottom', 'top'],
        'text-radial-offset': 1,
        'text-justify': 'auto',
        'text-max-width': 12,
      },
      paint: { 'text-color': ground.crossing, 'text-halo-color': ground.halo, 'text-halo-width': 1.5 },
    },
  ];
}

/** Where a report is known to lie: somewhere inside its circle, in true ground size at every zoom. */
export function reachLayers(ground: Ground): LayerSpecification[] {
  const atZoom = (zoom: number): ExpressionSpecification => ['*', ['get', 'reach'], 2 ** zoom];
  const byReach = (town: number, district: number, province: number): ExpressionSpecification =>
    ['interpolate', ['linear'], ['get', 'reach'], 0.1, town, 0.5, district, 1, province];
  const reported: ExpressionSpecification = ['all', ['>', ['get', 'reach'], 0], ['any', IS_SINGLE, IN_ONE_PLACE]];
  return [
    {
      id: 'reach',
      type: 'circle',
      source: 'reach',
      maxzoom: REACH_ZOOM_MAX,
      filter: reported,
      paint: {
        // Twice the size a zoom: the ground's own scale.
        'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], 4, atZoom(4), 16, atZoom(16)],
        'circle-color': ground.badgeLine,
        // The wider it is, the less it says of any spot in it.
        'circle-opacity': ['interpolate', ['linear'], ['zoom'], 9, byReach(0.06, 0.04, 0.015), REACH_ZOOM_MAX, 0],
        'circle-stroke-color': ground.badgeLine,
        'circle-stroke-width': 1,
        'circle-stroke-opacity': ['interpolate', ['linear'], ['zoom'], 9, byReach(0.3, 0.25, 0.1), REACH_ZOOM_MAX, byReach(0.15, 0.1, 0)],
      },
    },
    {
      // Closer, the circle is larger than the map: a soft edge still says that this is no exact spot.
      id: 'reach-near',
      type: 'circle',
      source: 'reach',
      minzoom: REACH_ZOOM_MAX - 1,
      filter: reported,
      paint: {
        'circle-radius': 30,
        'circle-color': ground.badgeLine,
        'circle-opacity': ['interpolate', ['linear'], ['zoom'], REACH_ZOOM_MAX - 1, 0, REACH_ZOOM_MAX, 0.4],
        'circle-blur': 1,
      },
    },
    {
      id: 'ring-area',
      type: 'fill',
      source: 'rings',
      paint: { 'fill-color': ground.ask, 'fill-opacity': 0.12, 'fill-antialias': false },
    },
    {
      id: 'ring',
      type: 'line',
      source: 'rings',
      paint: { 'line-color': ground.ask, 'line-width': 7, 'line-blur': 5, 'line-opacity': 0.75 },
    },
  ];
}

/** Where reports are drawn, and where they are while that is changed (stage.ts). */
export const FRONT: Scene = { source: 'incidents', icons: ['incidents', 'clusters'], texts: ['cluster-numbers'] };
export const BACK: Scene = { source: 'incidents-back', icons: ['incidents-back', 'clusters-back'], texts: ['cluster-numbers-back'] };
/** What a layer of either draws. */
export function drawnBy(layer: string): string {
  return layer.replace(/-back$/, '');
}

/** Of two pictures one is seen: nothing between them. */
const AT_ONCE = { duration: 0, delay: 0 } as const;

export function incidentLayers({ source, icons: [single = '', several = ''] }: Scene): LayerSpecification[] {
  const paint = { 'icon-opacity': source === FRONT.source ? 1 : 0, 'icon-opacity-transition': AT_ONCE } as const;
  return [
    {
      id: single,
      type: 'symbol',
      source,
      filter: IS_SINGLE,
      layout: {
        'icon-image': expression(INCIDENT_ICON),
        'icon-size': ['interpolate', ['linear'], ['zoom'], 5, 0.62, 8, 0.8],
        ...UNDER_NAMES,
      },
      paint,
    },
    {
      id: several,
      type: 'symbol',
      source,
      filter: IS_CLUSTER,
      layout: {
        'icon-image': CLUSTER_ICON,
        'icon-size': CLUSTER_SIZE,
        ...UNDER_NAMES,
        'symbol-sort-key': ['get', 'n'],
      },
      paint,
    },
  ];
}

/** How many reports a cluster stands for, on a ground of its own: above the names, which may lie over its ring, but not over its number. */
export function numberLayers(ground: Ground, { source, texts: [id = ''] }: Scene): LayerSpecification[] {
  return [
    {
      id,
      type: 'symbol',
      source,
      filter: IS_CLUSTER,
      layout: {
        'icon-image': NUMBER_ICON,
        'icon-size': CLUSTER_SIZE,
        ...UNDER_NAMES,
        'text-field': clusterNumber(),
        'text-font': BOLD,
        'text-size': ['step', ['get', 'n'], 12, 1_000, 11],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: {
        'text-color': ground.text,
        'text-halo-color': ground.badge,
        'text-halo-width': 2,
        'icon-opacity': source === FRONT.source ? 1 : 0,
        'icon-opacity-transition': AT_ONCE,
        'text-opacity': source === FRONT.source ? 1 : 0,
        'text-opacity-transition': AT_ONCE,
      },
    },
  ];
}

/** What is chosen or pointed at, above everything. */
export function selectedLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'selected-halo',
      type: 'circle',
      source: 'selected',
      paint: {
        'circle-radius': 17,
        'circle-color': ground.ask,
        'circle-opacity': 0.18,
        'circle-stroke-color': ground.ask,
        'circle-stroke-width': 2.2,
      },
    },
    {
      id: 'selected',
      type: 'symbol',
      source: 'selected',
      layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ];
}
