// Layers below the data: water, land, relief, faint inner lines, and the border as the hero.

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Ground } from './palette';
import { BOLD, REGULAR } from './fonts';

/** From here on the provinces are drawn, and only then fetched. */
export const PROVINCES_ZOOM = 6.4;
/** Closer than this the relief's pixels would show, so it fades away before. */
const RELIEF_ZOOM_MAX = 8.6;
/** From here on names follow the border's bends. */
const NAMES_NEAR_ZOOM = 9;

const FOCUS = ['Iraq', 'Iran'];
const ROUND = { 'line-cap': 'round', 'line-join': 'round' } as const;

/** Large rivers (ranks up to 4) are drawn stronger. */
const byRank = (large: number, small: number): ExpressionSpecification =>
  ['case', ['<=', ['coalesce', ['get', 'rank'], 9], 4], large, small];

export function groundLayers(ground: Ground): LayerSpecification[] {
  return [
    { id: 'water', type: 'background', paint: { 'background-color': ground.water } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': ground.landBeyond } },
    {
      id: 'countries',
      type: 'fill',
      source: 'countries',
      filter: ['in', ['get', 'name_en'], ['literal', FOCUS]],
      // One colour on both sides: the country polygons' common edge is not the border that we measure against.
      paint: { 'fill-color': ground.land, 'fill-antialias': false },
    },
    {
      id: 'relief',
      type: 'raster',
      source: 'relief',
      maxzoom: RELIEF_ZOOM_MAX,
      paint: {
        'raster-brightness-min': ground.relief.darkest,
        'raster-brightness-max': ground.relief.lightest,
        'raster-saturation': ground.relief.saturation,
        'raster-opacity': ['interpolate', ['linear'], ['zoom'], 6.6, ground.relief.opacity, RELIEF_ZOOM_MAX, 0],
        'raster-fade-duration': 0,
      },
    },
    { id: 'lakes', type: 'fill', source: 'lakes', paint: { 'fill-color': ground.water } },
    {
      id: 'rivers',
      type: 'line',
      source: 'rivers',
      layout: ROUND,
      paint: {
        'line-color': ground.waterLine,
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, byRank(1.2, 0.5), 9, byRank(2.6, 1.3), 12, byRank(5, 2.4)],
      },
    },
    {
      id: 'provinces',
      type: 'line',
      source: 'provinces',
      minzoom: PROVINCES_ZOOM,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.province, 'line-width': 0.9, 'line-dasharray': [3, 2.5], 'line-opacity': 0.7 },
    },
    {
      id: 'boundaries',
      type: 'line',
      source: 'boundaries',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.boundary, 'line-width': 1.1, 'line-opacity': 0.8 },
    },
    { id: 'beyond', type: 'fill', source: 'beyond', paint: { 'fill-color': ground.halo, 'fill-antialias': false } },
  ];
}

export function borderLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'border-glow',
      type: 'line',
      source: 'border',
      maxzoom: 7.4,
      layout: ROUND,
      paint: {
        'line-color': ground.border,
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, 11, 9, 20],
        'line-blur': ['interpolate', ['linear'], ['zoom'], 5, 8, 9, 16],
        // Closer, the blur shows a fringe at each of the line's many small bends.
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 6.4, 0.28, 7.4, 0],
      },
    },
    {
      id: 'border-casing',
      type: 'line',
      source: 'border',
      layout: ROUND,
      paint: {
        'line-color': ground.borderCasing,
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, 4, 10, 7],
        'line-opacity': 0.9,
      },
    },
    {
      // Where the border runs in a river, it lies in a band of water.
      id: 'border-river',
      type: 'line',
      source: 'border-river',
      layout: ROUND,
      paint: { 'line-color': ground.riverBand, 'line-width': ['interpolate', ['linear'], ['zoom'], 5, 5.5, 8, 9, 12, 18] },
    },
    {
      id: 'border',
      type: 'line',
      source: 'border',
      layout: ROUND,
      paint: {
        'line-color': ['case', ['==', ['%', ['get', 'order'], 2], 0], ground.border, ground.borderAlternate],
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, 2.2, 10, 4],
      },
    },
    {
      id: 'border-ends',
      type: 'circle',
      source: 'border-ends',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 1.8, 9, 3.6],
        'circle-color': ground.borderCasing,
        'circle-stroke-color': ground.border,
        'circle-stroke-width': 1.4,
      },
    },
  ];
}

/** The border's names and kilometres: labels, so placed among those of the data. */
export function borderLabelLayers(ground: Ground): LayerSpecification[] {
  const paint = { 'text-color': ground.border, 'text-halo-color': ground.halo, 'text-halo-width': 1.6 };
  const far: ExpressionSpecification = ['<', ['zoom'], NAMES_NEAR_ZOOM];
  return [
    {
      id: 'border-names',
      type: 'symbol',
      source: 'border-names',
      minzoom: 6.8,
      filter: ['case', ['get', 'near'], ['!', far], far],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 360,
        'text-field': ['get', 'label'],
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 10.5, 10, 12.5],
        'text-letter-spacing': 0.03,
        // Beside the line, on the side where fewer crossings have their names.
        'text-offset': [0, -1.3],
        'text-max-angle': 32,
        'text-padding': 4,
      },
      paint,
    },
    {
      id: 'border-km',
      type: 'symbol',
      source: 'border-km',
      minzoom: 5.3,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': BOLD,
        'text-size': 10,
        'text-variable-anchor': ['left', 'right'],
        'text-radial-offset': 1,
        'text-padding': 3,
      },
      // Not in the border's colour: on the line itself it would be lost.
      paint: { 'text-color': ground.text, 'text-halo-color': ground.halo, 'text-halo-width': 2.2 },
    },
  ];
}
