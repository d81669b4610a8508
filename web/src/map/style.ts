// The style: which layers are drawn, in which order, from which sources. Pure: data and theme in, style out.

import type { FeatureCollection } from 'geojson';
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { fontFaces } from './fonts';
import { CLUSTER_COUNTS } from './icons';
import { groundLayers, borderLayers } from './style-ground';
import { askLayers, crossingLayers, incidentLayers, labelLayers } from './style-data';
import { GROUND, type Theme } from './palette';

/** Every source of the map. All are GeoJSON, filled as answers arrive. */
export const SOURCES = [
  'land',
  'countries',
  'lakes',
  'rivers',
  'boundaries',
  'provinces',
  'border',
  'border-ends',
  'border-km',
  'towns',
  'places',
  'names',
  'crossings',
  'rings',
  'incidents',
  'selected',
  'ask',
] as const;
export type SourceName = (typeof SOURCES)[number];
export type MapData = Partial<Record<SourceName, FeatureCollection>>;

export const MAX_ZOOM = 13;
/** Deeper than the map goes, so that incidents of one position stay together and open as a list. */
const CLUSTER_MAX_ZOOM = MAX_ZOOM + 1;
const CLUSTER_RADIUS_PX = 34;

export const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

export function buildStyle(theme: Theme, data: MapData): StyleSpecification {
  const ground = GROUND[theme];
  const sources = Object.fromEntries(SOURCES.map((name) => [name, source(name, data[name] ?? EMPTY)]));
  const layers: LayerSpecification[] = [
    ...groundLayers(ground),
    ...askLayers(ground),
    ...borderLayers(ground),
    ...labelLayers(ground),
    ...crossingLayers(ground),
    ...incidentLayers(ground),
  ];
  return { version: 8, 'font-faces': fontFaces(), sources, layers };
}

function source(name: SourceName, data: FeatureCollection): SourceSpecification {
  const plain = { type: 'geojson' as const, data };
  if (name !== 'incidents') return plain;
  return {
    ...plain,
    cluster: true,
    clusterRadius: CLUSTER_RADIUS_PX,
    clusterMaxZoom: CLUSTER_MAX_ZOOM,
    maxzoom: CLUSTER_MAX_ZOOM + 1,
    clusterProperties: CLUSTER_COUNTS,
  };
}
