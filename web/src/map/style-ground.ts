// Layers below the data: water, land, faint inner lines, and the border as the hero.

import type { LayerSpecification } from 'maplibre-gl';
import type { Ground } from './palette';
import { BOLD, REGULAR } from './fonts';

/** From here on the provinces are drawn, and only then fetched. */
export const PROVINCES_ZOOM = 6.4;

const FOCUS = ['Iraq', 'Iran'];

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
    { id: 'lakes', type: 'fill', source: 'lakes', paint: { 'fill-color': ground.water } },
    {
      id: 'rivers',
      type: 'line',
      source: 'rivers',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': ground.waterLine,
        'line-width': [
          'interpolate', ['linear'], ['zoom'],
          5, ['case', ['<=', ['coalesce', ['get', 'rank'], 9], 4], 1.1, 0.5],
          9, ['case', ['<=', ['coalesce', ['get', 'rank'], 9], 4], 2.4, 1.3],
        ],
      },
    },
    {
      id: 'provinces',
      type: 'line',
      source: 'provinces',
      minzoom: PROVINCES_ZOOM,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.province, 'line-width': 0.8, 'line-dasharray': [3, 2.5], 'line-opacity': 0.6 },
    },
    {
      id: 'boundaries',
      type: 'line',
      source: 'boundaries',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.boundary, 'line-width': 1.1, 'line-opacity': 0.8 },
    },
  ];
}

export function borderLayers(ground: Ground): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: 'border-glow',
      type: 'line',
      source: 'border',
      maxzoom: 7.4,
      layout: round,
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
      layout: round,
      paint: {
        'line-color': ground.borderCasing,
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, 4, 10, 7],
        'line-opacity': 0.9,
      },
    },
    {
      id: 'border',
      type: 'line',
      source: 'border',
      layout: round,
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
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 2, 9, 3.6],
        'circle-color': ground.borderCasing,
        'circle-stroke-color': ground.border,
        'circle-stroke-width': 1.4,
      },
    },
    {
      id: 'border-names',
      type: 'symbol',
      source: 'border',
      minzoom: 7.4,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['get', 'label'],
        'text-font': REGULAR,
        'text-size': 11,
        'text-offset': [0, 1.1],
        'text-max-angle': 30,
      },
      paint: { 'text-color': ground.border, 'text-halo-color': ground.halo, 'text-halo-width': 1.4 },
    },
    {
      id: 'border-km',
      type: 'symbol',
      source: 'border-km',
      minzoom: 5.8,
      layout: {
        'text-field': ['concat', 'km ', ['to-string', ['get', 'km']]],
        'text-font': BOLD,
        'text-size': 10,
        'text-anchor': 'left',
        'text-offset': [0.7, 0],
        'text-padding': 3,
      },
      paint: { 'text-color': ground.border, 'text-halo-color': ground.halo, 'text-halo-width': 1.4 },
    },
  ];
}
