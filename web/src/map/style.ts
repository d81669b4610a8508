// The style: which layers are drawn, in which order, from which sources. Pure: data and theme in, style out.

import type { Feature, FeatureCollection, Polygon, Position } from 'geojson';
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { DRAW_SOURCES, drawLayers, faultLayers, sketchLayers } from '../draw/style';
import { fontFaces } from './fonts';
import { grownLayer } from './letters';
import reliefUrl from './relief.webp?url';
import { compareLabelLayers, compareLayers } from './style-compare';
import { groundLayers, borderLabelLayers, borderLayers } from './style-ground';
import { areaLabelLayers, askLayers, crossingNameLayers, BACK, FRONT, incidentLayers, labelLayers, numberLayers, reachLayers, selectedLayers, spotLayers } from './style-data';
import { EXTENT, type Box } from '../state/view';
import { GROUND, type Theme } from './palette';

/** Sources of GeoJSON, filled as answers arrive. */
export const SOURCES = [
  'land',
  'countries',
  'lakes',
  'rivers',
  'boundaries',
  'provinces',
  'border',
  'border-river',
  'border-ends',
  'border-names',
  'border-km',
  'compare',
  'towns',
  'places',
  'names',
  'crossings',
  'rings',
  'reach',
  'incidents',
  'incidents-back',
  'selected',
  'ask',
  ...DRAW_SOURCES,
  'faults',
] as const;
export type SourceName = (typeof SOURCES)[number];
export type MapData = Partial<Record<SourceName, FeatureCollection>>;

export const MAX_ZOOM = 13;
/** Deeper than the map goes, so that incidents of one position stay together and open as a list. */
export const CLUSTER_MAX_ZOOM = MAX_ZOOM + 1;
/** How far apart clusters are: more where there are many reports, so that the ground is seen between them. */
const CLUSTER_RADIUS_PX = { few: 36, many: 68 } as const;

/** All but the ground that there are data of: what a map of another shape shows beside it is no sea. */
const BEYOND: Feature<Polygon> = {
  type: 'Feature',
  properties: {},
  geometry: { type: 'Polygon', coordinates: [boxRing({ west: -180, south: -85, east: 180, north: 85 }), boxRing(EXTENT)] },
};

/** The corners of the relief's picture, from the north-western one on. */
const RELIEF: [[number, number], [number, number], [number, number], [number, number]] = [[40, 41], [56, 41], [56, 28], [40, 28]];

export const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

/**
 * Layers from the ground up. Labels higher up are placed first, so the order is their priority too. Names and marks are
 * `textScale` times as large as usual.
 */
export function buildStyle(theme: Theme, data: MapData, textScale: number): StyleSpecification {
  const ground = GROUND[theme];
  const sources: Record<string, SourceSpecification> = Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson', data: data[name] ?? EMPTY }]));
  sources['beyond'] = { type: 'geojson', data: BEYOND };
  sources['relief'] = { type: 'image', url: new URL(reliefUrl, document.baseURI).href, coordinates: RELIEF };
  const layers: LayerSpecification[] = [
    ...groundLayers(ground),
    ...askLayers(ground),
    ...reachLayers(ground),
    ...drawLayers(ground),
    ...borderLayers(ground),
    ...compareLayers(theme),
    ...spotLayers(),
    ...incidentLayers(FRONT),
    ...incidentLayers(BACK),
    ...areaLabelLayers(ground),
    ...borderLabelLayers(ground),
    ...labelLayers(ground),
    ...crossingNameLayers(ground),
    ...compareLabelLayers(theme),
    ...numberLayers(ground, FRONT),
    ...numberLayers(ground, BACK),
    ...selectedLayers(ground),
    ...sketchLayers(ground),
    ...faultLayers(ground),
  ];
  return { version: 8, 'font-faces': fontFaces(), sources, layers: layers.map((layer) => grownLayer(layer, textScale)) };
}

/** Within how many pixels reports are put together. */
export function clusterRadiusPx(many: boolean, textScale: number): number {
  return CLUSTER_RADIUS_PX[many ? 'many' : 'few'] * textScale;
}

function boxRing({ west, south, east, north }: Omit<Box, 'kind'>): Position[] {
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}
