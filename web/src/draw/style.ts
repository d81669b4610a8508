// How drawn areas and sketches look: one layer for each role, for what is asked and for what is being drawn.

import type { LayerSpecification } from 'maplibre-gl';
import { BOLD } from '../map/fonts';
import type { Ground } from '../map/palette';

/** The area of the filter, and what a tool has drawn so far. */
export const DRAW_SOURCES = ['area', 'sketch'] as const;

export function drawLayers(ground: Ground): LayerSpecification[] {
  return DRAW_SOURCES.flatMap((source): LayerSpecification[] => [
    {
      id: `${source}-fill`,
      type: 'fill',
      source,
      filter: ['==', ['get', 'role'], 'area'],
      paint: { 'fill-color': ground.ask, 'fill-opacity': 0.09 },
    },
    {
      id: `${source}-outline`,
      type: 'line',
      source,
      filter: ['==', ['get', 'role'], 'area'],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.ask, 'line-width': 1.8 },
    },
    {
      id: `${source}-line`,
      type: 'line',
      source,
      filter: ['==', ['get', 'role'], 'line'],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': ground.ask, 'line-width': 3 },
    },
  ]);
}

/** Only sketches have points, what they say, and a line that is not yet fixed; above all else, because a hand is at work. */
export function sketchLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'sketch-ghost',
      type: 'line',
      source: 'sketch',
      filter: ['==', ['get', 'role'], 'ghost'],
      paint: { 'line-color': ground.ask, 'line-width': 1.8, 'line-dasharray': [2, 2] },
    },
    {
      id: 'sketch-corners',
      type: 'circle',
      source: 'sketch',
      filter: ['==', ['get', 'role'], 'corner'],
      paint: { 'circle-color': ground.badge, 'circle-radius': 5, 'circle-stroke-color': ground.ask, 'circle-stroke-width': 2.4 },
    },
    {
      id: 'sketch-labels',
      type: 'symbol',
      source: 'sketch',
      filter: ['has', 'label'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': BOLD,
        'text-size': 12.5,
        'text-anchor': 'left',
        'text-offset': [0.8, 0],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': ground.ask, 'text-halo-color': ground.halo, 'text-halo-width': 2 },
    },
  ];
}

/** Where an area crosses itself, as the page sees it while it is drawn, and as the server says; nothing may lie over it. */
export function faultLayers(ground: Ground): LayerSpecification[] {
  return [...DRAW_SOURCES, 'faults' as const].flatMap((source): LayerSpecification[] => [
    {
      id: `${source}-fault`,
      type: 'circle',
      source,
      filter: ['==', ['get', 'role'], 'fault'],
      paint: { 'circle-color': ground.halo, 'circle-opacity': 0.85, 'circle-radius': 16, 'circle-stroke-color': ground.border, 'circle-stroke-width': 3 },
    },
    {
      id: `${source}-fault-sign`,
      type: 'symbol',
      source,
      filter: ['==', ['get', 'role'], 'fault'],
      layout: { 'text-field': '×', 'text-font': BOLD, 'text-size': 30, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': ground.border },
    },
  ]);
}
