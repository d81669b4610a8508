// Layers of the comparison: the border's segments in the colours of their change, over the plain border.

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { BOLD } from './fonts';
import { CHANGE, GROUND, type Theme } from './palette';

const IS_LINE: ExpressionSpecification = ['==', ['geometry-type'], 'LineString'];

export function compareLayers(theme: Theme): LayerSpecification[] {
  const { none, classes } = CHANGE[theme];
  const ground = GROUND[theme];
  const layout = { 'line-join': 'round', 'line-cap': 'round' } as const;
  // Thin where there are too few reports for the change to say much.
  const thin = (few: number, enough: number): ExpressionSpecification => ['case', ['get', 'thin'], few, enough];
  return [
    {
      id: 'compare-hovered',
      type: 'line',
      source: 'compare',
      filter: ['all', IS_LINE, ['get', 'hovered']],
      layout,
      paint: { 'line-color': ground.ask, 'line-width': 16, 'line-opacity': 0.5 },
    },
    {
      id: 'compare-casing',
      type: 'line',
      source: 'compare',
      filter: IS_LINE,
      layout,
      paint: { 'line-color': ground.borderCasing, 'line-width': thin(6.5, 11) },
    },
    {
      id: 'compare',
      type: 'line',
      source: 'compare',
      filter: IS_LINE,
      layout,
      paint: {
        'line-color': ['match', ['get', 'class'], 0, classes[0], 1, classes[1], 2, classes[2], 3, classes[3], 4, classes[4], none],
        'line-width': thin(4, 8.5),
      },
    },
  ];
}

/** The figures, beside the line. */
export function compareLabelLayers(theme: Theme): LayerSpecification[] {
  const ground = GROUND[theme];
  return [
    {
      id: 'compare-labels',
      type: 'symbol',
      source: 'compare',
      filter: ['has', 'label'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': BOLD,
        'text-size': 15,
        'text-allow-overlap': true,
        'text-variable-anchor': ['left', 'right'],
        'text-radial-offset': 0.9,
      },
      paint: { 'text-color': ground.text, 'text-halo-color': ground.halo, 'text-halo-width': 2.2 },
    },
  ];
}
