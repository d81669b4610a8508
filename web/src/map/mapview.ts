// The map on the screen: holds MapLibre, keeps its sources filled, and tells what was clicked.

import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, MapGeoJSONFeature, PointLike } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Incident } from '../api/types';
import { t } from '../i18n';
import { roundPosition, type Camera, type LngLat } from '../state/view';
import { drawIcon, ICON_RATIO } from './icons';
import { GROUP_M, metresBetween, ring, toLngLat } from './geometry';
import type { Theme } from './palette';
import { CLICKABLE } from './style-data';
import { buildStyle, EMPTY, MAX_ZOOM, type MapData, type SourceName } from './style';

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** Where the base map has data; beyond it there would be nothing to see. */
const EXTENT: [[number, number], [number, number]] = [[40, 28], [56, 41]];
/** The border from end to end. */
const BORDER: [[number, number], [number, number]] = [[44.6, 29.8], [48.7, 37.3]];
/** Fingers and trembling hands need more than the mark itself. */
const CLICK_SLACK_PX = 5;
export interface MapEvents {
  camera(camera: Camera): void;
  /** A place on the ground was asked about. */
  ask(at: LngLat): void;
  incident(id: string): void;
  group(at: LngLat): void;
  crossing(id: string): void;
}

export class MapView {
  readonly map: MapLibre;
  readonly #events: MapEvents;
  readonly #data: MapData = {};
  #theme: Theme;
  #ready = false;

  constructor(container: HTMLElement, theme: Theme, camera: Camera | null, events: MapEvents) {
    this.#events = events;
    this.#theme = theme;
    this.map = new MapLibre({
      container,
      style: buildStyle(theme, {}),
      maxBounds: EXTENT,
      maxZoom: MAX_ZOOM,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
      locale: { 'Map.Title': t('map.label') },
      ...(camera ? { center: [camera.lng, camera.lat], zoom: camera.zoom } : { bounds: BORDER, fitBoundsOptions: { padding: 24 } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    this.map.addControl(new ScaleControl({ unit: 'metric', maxWidth: 110 }), 'bottom-left');
    this.map.addControl(new AttributionControl({ compact: true, customAttribution: t('map.attribution') }), 'bottom-right');
    this.#listen();
  }

  /** Fills one source; kept, because a change of theme builds the style anew. */
  fill(name: SourceName, data: FeatureCollection): void {
    this.#data[name] = data;
    // A failure to draw is told by the map's own error event.
    if (this.#ready) void this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }

  fillIncidents(incidents: readonly Incident[]): void {
    const features = incidents.map(({ id, geometry, properties }): Feature => {
      const { category, status, position_precision: precision } = properties;
      return { type: 'Feature', geometry, properties: { id, category, status, precision } };
    });
    this.fill('incidents', { type: 'FeatureCollection', features });
    this.#rings = uniqueRings(incidents);
    this.#fillRings();
  }

  /** Marks one feature as chosen, with the ring in which it is known to lie. */
  select(chosen: { feature: Feature<Point>; icon: string; uncertaintyM: number | null } | null): void {
    if (!chosen) {
      this.#selectedRing = [];
      this.fill('selected', EMPTY);
    } else {
      const { feature, icon, uncertaintyM } = chosen;
      const at = toLngLat(feature.geometry.coordinates);
      this.#selectedRing = uncertaintyM ? [ringFeature(at, uncertaintyM, 'selected')] : [];
      this.fill('selected', { type: 'FeatureCollection', features: [{ ...feature, properties: { id: feature.id, icon } }] });
    }
    this.#fillRings();
  }

  setTheme(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    for (const name of this.map.listImages()) this.map.removeImage(name);
    this.map.setStyle(buildStyle(theme, this.#data), { diff: false });
  }

  /** Moves the camera where the address says, if it isn't there. */
  follow(camera: Camera | null): void {
    if (!camera) {
      this.showBorder();
      return;
    }
    const now = this.camera();
    if (Math.abs(now.zoom - camera.zoom) < 0.01 && metresBetween(now, camera) < 20) return;
    this.map.jumpTo({ center: [camera.lng, camera.lat], zoom: camera.zoom });
  }

  showBorder(): void {
    this.map.fitBounds(BORDER, { padding: 24 });
  }

  /** Brings a position into view, with a circle around it where one is given. */
  show(at: LngLat, radiusM: number | null): void {
    if (radiusM === null) {
      this.map.easeTo({ center: [at.lng, at.lat], zoom: Math.max(this.map.getZoom(), 8.5) });
      return;
    }
    const corners = ring(at, radiusM, 8).coordinates.flat();
    const [lngs, lats] = [corners.map(([lng = 0]) => lng), corners.map(([, lat = 0]) => lat)];
    this.map.fitBounds([[Math.min(...lngs), Math.min(...lats)], [Math.max(...lngs), Math.max(...lats)]], { padding: 48, maxZoom: 11 });
  }

  /** Moves only if a position is out of sight. */
  reveal(at: LngLat): void {
    if (!this.map.getBounds().contains([at.lng, at.lat])) this.map.easeTo({ center: [at.lng, at.lat] });
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    return { lng, lat, zoom: this.map.getZoom() };
  }

  #rings: Feature[] = [];
  #selectedRing: Feature[] = [];

  #fillRings(): void {
    this.fill('rings', { type: 'FeatureCollection', features: [...this.#rings, ...this.#selectedRing] });
  }

  #listen(): void {
    const { map } = this;
    // Icons are drawn when first asked for: a cluster's depends on what is in it.
    map.setMissingStyleImageResolver((id) => {
      const image = drawIcon(id, this.#theme);
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: ICON_RATIO });
    });
    map.on('style.load', () => {
      this.#ready = true;
      // What arrived before the style stood is not lost.
      for (const [name, data] of Object.entries(this.#data)) this.fill(name as SourceName, data);
    });
    map.on('moveend', () => { this.#events.camera(this.camera()); });
    map.on('click', (event) => { void this.#click(event.point, roundPosition(event.lngLat)); });
    map.on('mousemove', ({ point }) => {
      map.getCanvas().classList.toggle('over-feature', this.#under(point) !== null);
    });
    map.getCanvas().addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') this.#events.ask(roundPosition(map.getCenter()));
    });
  }

  #under({ x, y }: { x: number; y: number }): MapGeoJSONFeature | null {
    if (!this.#ready) return null;
    const box: [PointLike, PointLike] = [[x - CLICK_SLACK_PX, y - CLICK_SLACK_PX], [x + CLICK_SLACK_PX, y + CLICK_SLACK_PX]];
    return this.map.queryRenderedFeatures(box, { layers: [...CLICKABLE] })[0] ?? null;
  }

  async #click(point: { x: number; y: number }, at: LngLat): Promise<void> {
    const hit = this.#under(point);
    const id = String(hit?.properties['id'] ?? '');
    if (!hit || hit.layer.id === 'selected') this.#events.ask(at);
    else if (hit.layer.id === 'clusters') await this.#openCluster(hit);
    else if (hit.layer.id === 'incidents') this.#events.incident(id);
    else this.#events.crossing(id);
  }

  /** Members at one position open as a list, because no zoom would part them; others are zoomed apart. */
  async #openCluster(cluster: MapGeoJSONFeature): Promise<void> {
    const source = this.map.getSource<GeoJSONSource>('incidents');
    const clusterId = Number(cluster.properties['cluster_id']);
    const leaves = (await source?.getClusterLeaves(clusterId, Infinity, 0)) ?? [];
    const positions = leaves.map((leaf) => toLngLat((leaf.geometry as Point).coordinates));
    const [first] = positions;
    if (!first) return;
    const zoom = (await source?.getClusterExpansionZoom(clusterId)) ?? MAX_ZOOM;
    if (zoom > MAX_ZOOM || positions.every((position) => metresBetween(first, position) < GROUP_M)) {
      this.#events.group(first);
      return;
    }
    const centre = toLngLat((cluster.geometry as Point).coordinates);
    this.map.easeTo({ center: [centre.lng, centre.lat], zoom: Math.min(zoom + 0.3, MAX_ZOOM) });
  }
}

/** One ring for each position and precision: a ring for each report would pile up to a solid disc. */
function uniqueRings(incidents: readonly Incident[]): Feature[] {
  const seen = new Map<string, Feature>();
  for (const { geometry, properties } of incidents) {
    const radius = properties.position_uncertainty_m;
    if (!radius || properties.position_precision === 'exact') continue;
    const key = [...geometry.coordinates, radius].join();
    if (!seen.has(key)) seen.set(key, ringFeature(toLngLat(geometry.coordinates), radius, 'report'));
  }
  return [...seen.values()];
}

function ringFeature(at: LngLat, radiusM: number, role: 'report' | 'selected'): Feature {
  return { type: 'Feature', properties: { radius_m: radiusM, role }, geometry: ring(at, radiusM) };
}
