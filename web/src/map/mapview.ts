// The map on the screen: holds MapLibre, keeps its sources filled, and tells what was clicked.

import { AttributionControl, Map as MapLibre, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, MapGeoJSONFeature, PaddingOptions, PointLike } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Incident } from '../api/types';
import { direction, t } from '../i18n';
import { textScale } from '../screen';
import { EXTENT, roundPosition, type Box, type Camera, type Filter, type LngLat } from '../state/view';
import { incidentMark, type MarkProperties } from './clusters';
import { drawIcon, ICON_RATIO } from './icons';
import { GROUP_M, metresBetween, ring, toLngLat } from './geometry';
import type { Theme } from './palette';
import { ScaleBar } from './scalebar';
import { CLICKABLE } from './style-data';
import { TileFeed, type Sight } from './tilefeed';
import { buildStyle, clusterRadiusPx, EMPTY, MAX_ZOOM, type MapData, type SourceName } from './style';

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** The border from end to end, and the shipped reports about it. */
const BORDER: [[number, number], [number, number]] = [[43.95, 29.85], [49.25, 37.6]];
/** More than this cover the ground where they crowd. */
const MANY_REPORTS = 1_500;
/** Lower than this the map's tools need more of its width. */
const LOW_PX = 416;
/** Between what is shown whole and the map's edges: half a mark and some air. */
const MARGIN_PX = 26;
/** Up to this width the map folds away what can be opened again. */
const NARROW_PX = 560;
/** Fingers and trembling hands need more than the mark itself. */
const CLICK_SLACK_PX = 5;
export interface MapEvents {
  /** How much of the map's start, in pixels, something lies over that stays there. */
  covered(): number;
  camera(camera: Camera): void;
  /** A place on the ground was asked about. */
  ask(at: LngLat): void;
  incident(id: string): void;
  group(at: LngLat): void;
  crossing(id: string): void;
  /** Runs a task whose failure the reader is told of. */
  during(task: () => Promise<void>): Promise<void>;
  /** The incident under the pointer; null where there is none. */
  hover(id: string | null): void;
}

export class MapView {
  readonly map: MapLibre;
  /** While something is drawn, a click is a position and nothing else. */
  busy = false;
  readonly #events: MapEvents;
  readonly #data: MapData = {};
  readonly #tiles: TileFeed;
  #theme: Theme;
  #ready = false;
  /** Whether there are so many reports that they are put together from farther. */
  #many = false;

  constructor(container: HTMLElement, theme: Theme, camera: Camera | null, events: MapEvents) {
    this.#events = events;
    this.#theme = theme;
    this.#tiles = new TileFeed({
      sight: () => this.#sight(),
      give: (features) => { this.fill('incidents', { type: 'FeatureCollection', features }); },
      during: (task) => events.during(task),
    });
    this.map = new MapLibre({
      container,
      style: buildStyle(theme, {}, textScale()),
      maxBounds: [[EXTENT.west, EXTENT.south], [EXTENT.east, EXTENT.north]],
      maxZoom: MAX_ZOOM,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      // While symbols fade, those of the zoom before are drawn beside the new ones: a cluster and its parts would both be counted.
      fadeDuration: 0,
      locale: {
        'Map.Title': t('map.label'),
        'NavigationControl.ZoomIn': t('map.zoom.in'),
        'NavigationControl.ZoomOut': t('map.zoom.out'),
        'AttributionControl.ToggleAttribution': t('map.credits'),
      },
      ...(camera ? { center: [camera.lng, camera.lat], zoom: camera.zoom } : { bounds: BORDER, fitBoundsOptions: { padding: this.#padding(container) } }),
    });
    this.map.touchZoomRotate.disableRotation();
    // MapLibre knows left and right only.
    const [start, end] = direction() === 'rtl' ? (['right', 'left'] as const) : (['left', 'right'] as const);
    this.map.addControl(new NavigationControl({ showCompass: false }), `top-${end}`);
    this.map.addControl(new ScaleBar(), `bottom-${start}`);
    this.map.addControl(new AttributionControl({ compact: true, customAttribution: t('map.attribution') }), `bottom-${end}`);
    if (container.clientWidth < NARROW_PX * textScale()) this.#foldAttribution();
    this.#listen();
  }

  /** On a narrow map the whose-data line would lie over the scale; its button stays. */
  #foldAttribution(): void {
    this.map.once('load', () => {
      const line = this.map.getContainer().querySelector('.maplibregl-ctrl-attrib');
      line?.classList.remove('maplibregl-compact-show');
      line?.removeAttribute('open');
    });
  }

  /** Fills one source; kept, because a change of theme builds the style anew. */
  fill(name: SourceName, data: FeatureCollection): void {
    this.#data[name] = data;
    // A failure to draw is told by the map's own error event.
    if (this.#ready) void this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }

  /** Draws these incidents, which are all that the filter selects. */
  fillIncidents(incidents: readonly Incident[]): void {
    this.#tiles.show(null);
    this.#cluster(incidents.length);
    this.fill('incidents', { type: 'FeatureCollection', features: incidents.map(incidentMark) });
  }

  /** Draws what the filter selects from the server's tiles: for when it is too much to fetch. */
  tileIncidents(filter: Filter, matched: number): void {
    this.#cluster(matched);
    this.#tiles.show(filter);
  }

  /** Where many reports crowd, they are put together from farther, so that they don't cover all of the ground. */
  #cluster(reports: number): void {
    const many = reports > MANY_REPORTS;
    if (many === this.#many) return;
    this.#many = many;
    this.#applyClustering();
  }

  #applyClustering(): void {
    if (this.#ready) void this.map.getSource<GeoJSONSource>('incidents')?.setClusterOptions({ cluster: true, clusterRadius: clusterRadiusPx(this.#many, textScale()) });
  }

  /** Fetches the tiles anew, where there are any. */
  anew(): void {
    this.#tiles.anew();
  }

  /** Marks one feature as chosen, with the ring in which it is known to lie. */
  select(chosen: { feature: Feature<Point>; icon: string; uncertaintyM: number | null } | null): void {
    if (!chosen) {
      this.fill('rings', EMPTY);
      this.fill('selected', EMPTY);
      return;
    }
    const { feature, icon, uncertaintyM } = chosen;
    const geometry = uncertaintyM ? ring(toLngLat(feature.geometry.coordinates), uncertaintyM) : null;
    this.fill('rings', geometry ? { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { radius_m: uncertaintyM }, geometry }] } : EMPTY);
    this.fill('selected', { type: 'FeatureCollection', features: [{ ...feature, properties: { id: feature.id, icon } }] });
  }

  setTheme(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    for (const name of this.map.listImages()) this.map.removeImage(name);
    this.map.setStyle(buildStyle(theme, this.#data, textScale()), { diff: false });
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
    this.map.fitBounds(BORDER, { padding: this.#padding(this.map.getContainer()) });
  }

  /** Room for the tools on one side, and for what lies over the map on the other as long as most of it is left. */
  #padding({ clientWidth: width, clientHeight: height }: HTMLElement): PaddingOptions {
    const margin = MARGIN_PX * textScale();
    // On a low map the tools stand in two columns (draw.css).
    const [tools, covered] = [margin * (height < LOW_PX * textScale() ? 4 : 2), this.#events.covered()];
    const start = margin + (covered < width * 0.45 ? covered : 0);
    const [left, right] = direction() === 'rtl' ? [tools, start] : [start, tools];
    return { top: margin, bottom: margin, left, right };
  }

  /** Keeps in view what is in view, while the page gives the map another size. */
  keep(resize: () => void): void {
    const bounds = this.map.getBounds();
    resize();
    this.map.resize();
    this.map.fitBounds(bounds, { animate: false });
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

  /** Brings a box into view. */
  showBox({ west, south, east, north }: Box): void {
    this.map.fitBounds([[west, south], [east, north]], { padding: 32 });
  }

  /** Moves only if a position is out of sight. */
  reveal(at: LngLat): void {
    if (!this.map.getBounds().contains([at.lng, at.lat])) this.map.easeTo({ center: [at.lng, at.lat] });
  }

  /** What is in view. */
  bounds(): Box {
    const bounds = this.map.getBounds();
    return { kind: 'box', west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  }

  camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    return { lng, lat, zoom: this.map.getZoom() };
  }

  #sight(): Sight {
    const box = this.map.getBounds();
    return { zoom: this.map.getZoom(), west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() };
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
      if (this.#many) this.#applyClustering();
      // What arrived before the style stood is not lost.
      for (const [name, data] of Object.entries(this.#data)) this.fill(name as SourceName, data);
    });
    map.on('move', () => { this.#tiles.follow(); });
    map.on('moveend', () => { this.#events.camera(this.camera()); });
    map.on('click', (event) => {
      // The second click of two: what the first one asked or drew stands, and the map zooms.
      if (event.originalEvent.detail > 1 && !this.busy) return;
      this.#click(event.point, roundPosition(event.lngLat));
    });
    map.on('mousemove', ({ point }) => {
      const hits = this.#under(point);
      map.getCanvas().classList.toggle('over-feature', hits.length > 0);
      // What is marked as chosen or pointed at lies over the report itself.
      const report = hits.find(({ layer }) => layer.id === 'incidents');
      this.#events.hover(report ? String(report.properties['id']) : null);
      map.getCanvas().title = String(hits[0]?.properties['tip'] ?? '');
    });
    map.on('mouseout', () => { this.#events.hover(null); });
    map.getCanvas().addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' && !this.busy) this.#events.ask(roundPosition(map.getCenter()));
    });
  }

  /** What lies there, the uppermost first. */
  #under({ x, y }: { x: number; y: number }): MapGeoJSONFeature[] {
    if (!this.#ready || this.busy) return [];
    const box: [PointLike, PointLike] = [[x - CLICK_SLACK_PX, y - CLICK_SLACK_PX], [x + CLICK_SLACK_PX, y + CLICK_SLACK_PX]];
    return this.map.queryRenderedFeatures(box, { layers: [...CLICKABLE] });
  }

  #click(point: { x: number; y: number }, at: LngLat): void {
    const [hit] = this.#under(point);
    const id = String(hit?.properties['id'] ?? '');
    if (!hit || hit.layer.id === 'selected') this.#events.ask(at);
    else if (hit.layer.id === 'clusters') this.#openCluster(hit);
    // A crowded tile may leave ids untold: what is there is asked for by its place.
    else if (hit.layer.id === 'incidents' && !id) this.#events.group(roundPosition(toLngLat((hit.geometry as Point).coordinates)));
    else if (hit.layer.id === 'incidents') this.#events.incident(id);
    else this.#events.crossing(id);
  }

  /** Reports that no zoom would part open as a list; others are zoomed apart until their box fills the map. */
  #openCluster(cluster: MapGeoJSONFeature): void {
    const { west, south, east, north } = cluster.properties as MarkProperties;
    const centre = toLngLat((cluster.geometry as Point).coordinates);
    const across = metresBetween({ lng: west, lat: south }, { lng: east, lat: north });
    const zoom = this.map.getZoom();
    if (across < GROUP_M || zoom > MAX_ZOOM - 0.1) {
      this.#events.group(roundPosition(centre));
      return;
    }
    const camera = this.map.cameraForBounds([[west, south], [east, north]], { padding: 80, maxZoom: MAX_ZOOM });
    const nearer = Math.min(MAX_ZOOM, Math.max(camera?.zoom ?? 0, zoom + 1));
    this.map.easeTo({ center: camera?.center ?? [centre.lng, centre.lat], zoom: nearer });
  }
}
