// Layers of the data: what was asked, labels, crossings, and incidents with how well they are placed.

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Ground } from './palette';
import { CLUSTER_ICON, INCIDENT_ICON } from './icons';
import { BOLD, REGULAR } from './fonts';

/** Layers that answer to a click, topmost first. */
export const CLICKABLE = ['selected', 'clusters', 'incidents', 'crossings'] as const;

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

export function labelLayers(ground: Ground): LayerSpecification[] {
  const halo = { 'text-halo-color': ground.halo, 'text-halo-width': 1.5 };
  return [
    {
      id: 'river-names',
      type: 'symbol',
      source: 'rivers',
      minzoom: 6.6,
      filter: ['has', 'label'],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 500,
        'text-field': ['get', 'label'],
        'text-font': REGULAR,
        'text-size': 11,
        'text-letter-spacing': 0.04,
      },
      paint: { 'text-color': ground.textWater, ...halo },
    },
    {
      id: 'places',
      type: 'symbol',
      source: 'places',
      filter: [
        '>=',
        ['get', 'population'],
        ['step', ['zoom'], 300_000, 6.2, 150_000, 6.8, 60_000, 7.6, 20_000, 8.6, 5_000, 9.6, 0],
      ],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': ['step', ['get', 'population'], ['literal', REGULAR], 500_000, ['literal', BOLD]],
        'text-size': [
          'interpolate', ['linear'], ['zoom'],
          5, ['step', ['get', 'population'], 10.5, 500_000, 12],
          10, ['step', ['get', 'population'], 12.5, 100_000, 14, 500_000, 16.5],
        ],
        'text-line-height': 1.15,
        // First close by, then far enough to stand clear of a cluster on the place itself.
        'text-variable-anchor-offset': [
          'top', [0, 0.4], 'bottom', [0, -0.4], 'left', [0.5, 0], 'right', [-0.5, 0],
          'top', [0, 1.6], 'bottom', [0, -1.6], 'left', [1.7, 0], 'right', [-1.7, 0],
        ],
        'text-justify': 'auto',
        'text-max-width': 12,
        'text-padding': 3,
        'symbol-sort-key': ['-', 0, ['get', 'population']],
        'icon-image': 'place',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
      paint: { 'text-color': ground.text, ...halo },
    },
    {
      id: 'names',
      type: 'symbol',
      source: 'names',
      filter: ['any', ['!=', ['get', 'rank'], 1], ['>=', ['zoom'], 6.8]],
      maxzoom: 9,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': BOLD,
        'text-size': ['case', ['==', ['get', 'rank'], 0], 19, 11],
        'text-letter-spacing': ['case', ['==', ['get', 'rank'], 0], 0.06, 0.02],
        'text-line-height': 1.1,
        'text-padding': 6,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: { 'text-color': ground.textFaint, 'text-opacity': 0.8, ...halo },
    },
  ];
}

export function crossingLayers(ground: Ground): LayerSpecification[] {
  return [
    {
      id: 'crossings',
      type: 'symbol',
      source: 'crossings',
      layout: {
        'icon-image': ['case', ['to-boolean', ['get', 'unverified']], 'crossing:unverified', 'crossing:known'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 5, 0.7, 8, 1],
        'icon-allow-overlap': true,
        'text-field': ['step', ['zoom'], '', 6.9, ['get', 'label']],
        'text-font': REGULAR,
        'text-size': 11.5,
        'text-optional': true,
        'text-variable-anchor': ['left', 'right', 'bottom', 'top'],
        'text-radial-offset': 1,
        'text-justify': 'auto',
        'text-max-width': 12,
      },
      paint: { 'text-color': ground.crossing, 'text-halo-color': ground.halo, 'text-halo-width': 1.5 },
    },
  ];
}

export function incidentLayers(ground: Ground): LayerSpecification[] {
  const chosen: ExpressionSpecification = ['==', ['get', 'role'], 'selected'];
  return [
    {
      // A report is known to lie somewhere inside its ring, in true ground size.
      id: 'rings-area',
      type: 'fill',
      source: 'rings',
      paint: {
        'fill-color': ['case', chosen, ground.ask, ground.badgeLine],
        // Further out the clusters speak; empty discs around them would only puzzle.
        'fill-opacity': [
          'interpolate', ['linear'], ['zoom'],
          6.8, ['case', chosen, 0.14, 0],
          7.6, ['case', chosen, 0.14, ['interpolate', ['linear'], ['get', 'radius_m'], 5_000, 0.06, 60_000, 0.012]],
        ],
        'fill-antialias': false,
      },
    },
    {
      id: 'rings',
      type: 'line',
      source: 'rings',
      filter: ['any', chosen, ['all', ['>=', ['zoom'], 7.5], ['<=', ['get', 'radius_m'], 30_000]]],
      paint: {
        'line-color': ['case', chosen, ground.ask, ground.badgeLine],
        'line-width': ['case', chosen, 7, 5],
        'line-blur': ['case', chosen, 5, 4],
        'line-opacity': ['case', chosen, 0.75, 0.22],
      },
    },
    {
      // The same in pixels for single reports at small scales, where the ring would be a dot.
      id: 'incident-halo',
      type: 'circle',
      source: 'incidents',
      maxzoom: 7.6,
      filter: ['all', ['!', ['has', 'point_count']], ['!=', ['get', 'precision'], 'exact']],
      paint: {
        'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], 5, 13, 7.6, 40],
        'circle-color': ground.badgeLine,
        'circle-opacity': ['interpolate', ['linear'], ['zoom'], 6.9, 0.22, 7.6, 0],
        'circle-blur': 0.9,
      },
    },
    {
      id: 'incidents',
      type: 'symbol',
      source: 'incidents',
      filter: ['!', ['has', 'point_count']],
      layout: {
        'icon-image': expression(INCIDENT_ICON),
        'icon-size': ['interpolate', ['linear'], ['zoom'], 5, 0.62, 8, 0.8],
        'icon-allow-overlap': true,
        'icon-padding': 0,
      },
    },
    {
      id: 'clusters',
      type: 'symbol',
      source: 'incidents',
      filter: ['has', 'point_count'],
      layout: {
        'icon-image': expression(CLUSTER_ICON),
        'icon-size': ['interpolate', ['linear'], ['zoom'], 5, 0.8, 8, 0.95],
        'icon-allow-overlap': true,
        'icon-padding': 0,
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': BOLD,
        'text-size': 12,
        'text-allow-overlap': true,
        'symbol-sort-key': ['get', 'point_count'],
      },
      paint: { 'text-color': ground.text },
    },
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
