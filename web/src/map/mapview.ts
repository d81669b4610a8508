// The map on the screen: holds MapLibre, keeps its sources filled, and tells what was clicked.

import { AttributionControl, Map as MapLibre, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import type { GeoJSONSource, MapGeoJSONFeature, PointLike } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Incident } from '../api/types';
import { t } from '../i18n';
import { textScale } from '../screen';
import { EXTENT, isOnMap, roundPosition, type Box, type Camera, type Filter, type LngLat } from '../state/view';
import { cameraOf, type Aim } from './aim';
import { incidentMark, type MarkProperties } from './clusters';
import { drawIcon, ICON_RATIO } from './icons';
import { GROUP_M, metresBetween, ring, toLngLat } from './geometry';
import { Marks } from './marks';
import type { Theme } from './palette';
import { lookAt, shownBy, type Cover, type Pixel, type Size, type Sought } from './room';
import { ScaleBar } from './scalebar';
import { CLICKABLE, drawnBy } from './style-data';
import { TileFeed, type Sight } from './tilefeed';
import { buildStyle, EMPTY, MAX_ZOOM, type MapData, type SourceName } from './style';

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** The border from end to end, and the shipped reports about it; then the line's large bends, southwards. */
const BORDER: Sought = {
  corners: positions([[43.95, 29.85], [49.25, 37.6]]),
  line: positions([[44.78, 37.14], [45.35, 35.98], [46.35, 35.8], [45.41, 33.98], [46.1, 32.98], [47.47, 32.39], [47.87, 31.78], [47.69, 31], [48.03, 30.48], [48.59, 29.94]]),
  ground: [{ lng: EXTENT.west, lat: EXTENT.north }, { lng: EXTENT.east, lat: EXTENT.south }],
};
/** Between what is shown whole and the map's edges: half a mark and some air. */
const MARGIN_PX = 26;
/** A cluster that is zoomed apart is not looked at by itself: what lies around it says where it is. */
const APART_MARGIN_PX = 80;
/** Up to this width the map folds away what can be opened again. */
const NARROW_PX = 560;
/** Nearer than this a circle says no more. */
const SHOWN_ZOOM_MAX = 11;
/** Fingers and trembling hands need more than the mark itself. */
const CLICK_SLACK_PX = 5;
/** What of the map's own stands on it. */
const CONTROLS = '.maplibregl-ctrl-group, .maplibregl-ctrl-scale, .maplibregl-ctrl-attrib';

export interface MapEvents {
  /** What else lies over the map and stays there. */
  over(): Iterable<Element>;
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
  readonly #marks: Marks;
  /** What it keeps showing in another size, until somebody moves it. */
  #aim: Aim | null = null;
  /** How many reports the server's tiles stand for. */
  #tiled = 0;

  constructor(container: HTMLElement, theme: Theme, camera: Camera | null, events: MapEvents) {
    this.#events = events;
    this.#theme = theme;
    this.#tiles = new TileFeed({
      sight: () => this.#sight(),
      give: (marks) => { this.#marks.draw(marks, this.#tiled); },
      during: (task) => events.during(task),
    });
    this.map = new MapLibre({
      container,
      style: buildStyle(theme, {}, textScale()),
      maxBounds: boundsOf(EXTENT),
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
      ...(camera && { center: [camera.lng, camera.lat], zoom: camera.zoom }),
    });
    this.#marks = new Marks(this.map, () => this.#sight());
    this.map.touchZoomRotate.disableRotation();
    // The border runs from the north-west to the south-east, whichever way the page is read: the other two corners are free.
    this.map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    this.map.addControl(new ScaleBar(), 'bottom-left');
    this.map.addControl(new AttributionControl({ compact: true, customAttribution: t('map.attribution') }), 'bottom-right');
    if (container.clientWidth < NARROW_PX * textScale()) this.#foldAttribution();
  }

  /** To be called once all that stays on the map stands there: from then on it answers. */
  begin(camera: Camera | null): void {
    if (!camera) this.showBorder(false);
    this.#listen();
  }

  /** On a narrow map the whose-data line would lie over the scale; its button stays. */
  #foldAttribution(): void {
    const line = this.map.getContainer().querySelector('.maplibregl-ctrl-attrib');
    line?.classList.remove('maplibregl-compact-show');
    line?.removeAttribute('open');
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
    this.#marks.draw(incidents.map(incidentMark), incidents.length);
  }

  /** Draws what the filter selects from the server's tiles: for when it is too much to fetch. */
  tileIncidents(filter: Filter, matched: number): void {
    this.#tiled = matched;
    this.#tiles.show(filter);
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
    if (this.#looksAt(camera)) return;
    this.#aim = null;
    this.#go(camera, false);
  }

  showBorder(animate = true): void {
    this.#aimAt(BORDER, MAX_ZOOM, animate);
  }

  /** Shows something whole. */
  #aimAt(sought: Sought, maxZoom: number, animate: boolean): void {
    this.#hold({ kind: 'whole', sought, maxZoom }, animate);
  }

  /** Looks at something, and keeps looking at it in whatever size the map gets, on the way there or later. */
  #hold(aim: Aim, animate: boolean): void {
    const camera = cameraOf(aim, this.#size(), () => this.#covers(), MARGIN_PX * textScale());
    if (aim.kind === 'view' || (aim.kind === 'whole' && aim.sought === BORDER)) this.#allow(camera);
    this.#aim = aim;
    this.#go(camera, animate);
  }

  /** What it was told to show is no longer what is asked about: the map stays where it is. */
  letGo(): void {
    this.#aim = null;
  }

  #looksAt(camera: Camera): boolean {
    const now = this.camera();
    return Math.abs(now.zoom - camera.zoom) < 0.01 && metresBetween(now, camera) < 20;
  }

  /** A map that is wider or higher than the ground it has still shows the border whole, and can be zoomed out a little then. */
  #allow(camera: Camera): void {
    const shown = shownBy({ ...camera, zoom: camera.zoom - 0.05 }, this.#size());
    this.map.setMaxBounds(boundsOf({
      west: Math.min(EXTENT.west, shown.west), south: Math.min(EXTENT.south, shown.south),
      east: Math.max(EXTENT.east, shown.east), north: Math.max(EXTENT.north, shown.north),
    }));
  }

  #go({ lng, lat, zoom }: Camera, animate: boolean): void {
    if (animate) this.map.flyTo({ center: [lng, lat], zoom });
    else this.map.jumpTo({ center: [lng, lat], zoom });
  }

  #size(): Size {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    return { width, height };
  }

  /** What lies over the map now, in its pixels. */
  #covers(): Cover[] {
    const map = this.map.getContainer();
    const { left: x, top: y, right: endX, bottom: endY } = map.getBoundingClientRect();
    return [...map.querySelectorAll(CONTROLS), ...this.#events.over()]
      .map((element) => element.getBoundingClientRect())
      .filter(({ left, top, right, bottom }) => right > Math.max(left, x) && left < endX && bottom > Math.max(top, y) && top < endY)
      .map(({ left, top, right, bottom }) => ({ left: left - x, top: top - y, right: right - x, bottom: bottom - y }));
  }

  /** Keeps in view what is in view, while the page gives the map another size. */
  keep(resize: () => void): void {
    if (!this.#aim || this.#aim.kind === 'pointed') this.#aim = { kind: 'view', corners: cornersOf(this.bounds()) };
    resize();
    this.map.resize();
  }

  /** Brings a position into view, with a circle around it where one is given; beyond the map's ground is nothing to see, and it stays. */
  show(at: LngLat, radiusM: number | null): void {
    if (!isOnMap(at)) return;
    if (radiusM === null) {
      this.#ease({ ...at, zoom: Math.max(this.map.getZoom(), 8.5) });
      return;
    }
    this.#aimAt({ corners: ring(at, radiusM, 24).coordinates.flat().map(toLngLat) }, SHOWN_ZOOM_MAX, true);
  }

  /** Brings a box into view. */
  showBox(box: Omit<Box, 'kind'>): void {
    this.#aimAt({ corners: cornersOf(box) }, MAX_ZOOM, true);
  }

  /** Moves only if a position is out of sight. */
  reveal(at: LngLat): void {
    if (isOnMap(at) && !this.map.getBounds().contains([at.lng, at.lat])) this.#ease({ ...at, zoom: this.map.getZoom() });
  }

  /** Glides to a middle, which it keeps. */
  #ease(camera: Camera): void {
    this.#aim = { kind: 'middle', camera };
    this.map.easeTo({ center: [camera.lng, camera.lat], zoom: camera.zoom });
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
      // What arrived before the style stood is not lost.
      for (const [name, data] of Object.entries(this.#data)) this.fill(name as SourceName, data);
      this.#marks.restart();
    });
    map.on('move', () => {
      this.#marks.follow();
      this.#tiles.follow();
    });
    map.on('resize', () => { if (this.#aim) this.#hold(this.#aim, map.isMoving()); });
    // Only what a reader does to the map itself has an event from which it comes.
    map.on('movestart', ({ originalEvent }) => { if (originalEvent) this.#aim = null; });
    // MapLibre's zoom by a wheel does not name it.
    map.on('wheel', () => { this.#aim = null; });
    map.on('moveend', () => { this.#events.camera(this.camera()); });
    map.on('click', (event) => {
      // The second click of two: what the first one asked or drew stands, and the map zooms.
      if (event.originalEvent.detail > 1 && !this.busy) return;
      const { point: { x, y }, lngLat: { lng, lat } } = event;
      this.#aim = { kind: 'pointed', at: { lng, lat }, pixel: { x, y }, zoom: map.getZoom() };
      this.#click(event.point, roundPosition(event.lngLat));
    });
    map.on('mousemove', ({ point }) => {
      const hits = this.#under(point);
      map.getCanvas().classList.toggle('over-feature', hits.length > 0);
      // What is marked as chosen or pointed at lies over the report itself.
      const report = hits.find(({ layer }) => drawnBy(layer.id) === 'incidents');
      this.#events.hover(report ? String(report.properties['id']) : null);
      map.getCanvas().title = String(hits[0]?.properties['tip'] ?? '');
    });
    map.on('mouseout', () => { this.#events.hover(null); });
    map.getCanvas().addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' && !this.busy) this.#events.ask(roundPosition(map.getCenter()));
    });
  }

  /** What lies there, the uppermost first. */
  #under({ x, y }: Pixel): MapGeoJSONFeature[] {
    if (!this.#ready || this.busy) return [];
    const box: [PointLike, PointLike] = [[x - CLICK_SLACK_PX, y - CLICK_SLACK_PX], [x + CLICK_SLACK_PX, y + CLICK_SLACK_PX]];
    return this.map.queryRenderedFeatures(box, { layers: [...CLICKABLE, ...this.#marks.layers] });
  }

  #click(point: Pixel, at: LngLat): void {
    const [hit] = this.#under(point);
    const id = String(hit?.properties['id'] ?? '');
    const layer = hit && drawnBy(hit.layer.id);
    if (!hit || layer === 'selected') this.#events.ask(at);
    else if (layer === 'clusters') this.#openCluster(hit);
    // A crowded tile may leave ids untold: what is there is asked for by its place.
    else if (layer === 'incidents' && !id) this.#events.group(roundPosition(toLngLat((hit.geometry as Point).coordinates)));
    else if (layer === 'incidents') this.#events.incident(id);
    else this.#events.crossing(id);
  }

  /** Reports that no zoom would part open as a list; others are zoomed apart until their box fills the map. */
  #openCluster(cluster: MapGeoJSONFeature): void {
    const { west, south, east, north } = cluster.properties as MarkProperties;
    const across = metresBetween({ lng: west, lat: south }, { lng: east, lat: north });
    const zoom = this.map.getZoom();
    if (across < GROUP_M || zoom > MAX_ZOOM - 0.1) {
      this.#events.group(roundPosition(toLngLat((cluster.geometry as Point).coordinates)));
      return;
    }
    const apart = lookAt({ corners: cornersOf({ west, south, east, north }) }, this.#size(), [], APART_MARGIN_PX, MAX_ZOOM);
    this.#ease({ ...apart, zoom: Math.min(MAX_ZOOM, Math.max(apart.zoom, zoom + 1)) });
  }
}

function positions(pairs: readonly [number, number][]): LngLat[] {
  return pairs.map(([lng, lat]) => ({ lng, lat }));
}

function cornersOf({ west, south, east, north }: Omit<Box, 'kind'>): LngLat[] {
  return positions([[west, south], [east, south], [east, north], [west, north], [west, south]]);
}

function boundsOf({ west, south, east, north }: Omit<Box, 'kind'>): [[number, number], [number, number]] {
  return [[west, south], [east, north]];
}
