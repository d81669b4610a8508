// The app: turns each change of the View into questions, and their answers into map and panel.

import { collections, feature, firstIncidents, incidents, locate } from './api/client';
import type { Crossing, Incident, Located } from './api/types';
import { t, tn } from './i18n';
import { Layers } from './layers';
import { AskMarks } from './map/askmarks';
import { GROUP_M, metresBetween, toLngLat } from './map/geometry';
import { MapView } from './map/mapview';
import type { Theme } from './map/palette';
import { PROVINCES_ZOOM } from './map/style-ground';
import { ExportBar, about, legend } from './panels/about';
import { aroundHead, aroundResults, radiusControl, type Around, type AroundEvents } from './panels/around';
import { crossingDetail } from './panels/crossing';
import { h, replace } from './panels/dom';
import { FilterPanel } from './panels/filters';
import { backButton, incidentDetail, type DetailEvents } from './panels/incident';
import { incidentList } from './panels/list';
import { Notice } from './panels/notice';
import { SearchBox } from './panels/search';
import type { Store } from './state/store';
import { sameFilter, samePosition, type Camera, type LngLat, type View } from './state/view';

/** How many to show where the radius holds none. */
const BEYOND = 3;

export class App {
  mapView: MapView | null = null;
  readonly #store: Store;
  readonly #panel: HTMLElement;
  readonly #mapElement: HTMLElement;
  readonly #notice = new Notice();
  readonly #exportBar = new ExportBar();
  readonly #results = h('section', { id: 'results', tabindex: '-1', 'aria-live': 'off' });
  readonly #layers: Layers;
  readonly #search: SearchBox;
  readonly #filters: FilterPanel;
  readonly #radius: ReturnType<typeof radiusControl>;
  readonly #about = about();
  #marks: AskMarks | null = null;
  /** What the filter selects; null until the first answer. */
  #all: Incident[] | null = null;
  #found: Incident[] | null = null;
  #beyond: Incident[] = [];
  #located: Located | null = null;
  #incident: Incident | null = null;
  #crossing: Crossing | null = null;
  readonly #asking = new Map<string, AbortController>();

  constructor(store: Store, panel: HTMLElement, mapElement: HTMLElement) {
    this.#store = store;
    this.#panel = panel;
    this.#mapElement = mapElement;
    this.#layers = new Layers(store.view.labels, (name, data) => this.mapView?.fill(name, data));
    this.#search = new SearchBox({
      point: (at) => { this.#ask(at, true); },
      found: ({ kind, id, at }) => {
        if (kind === 'place') this.#ask(at, true);
        else {
          store.update({ selected: { layer: 'crossings', id }, group: null });
          this.mapView?.show(at, null);
        }
      },
    });
    this.#filters = new FilterPanel({
      filter: (filter) => { store.update({ filter }); },
      labels: (labels) => { store.update({ labels }); },
    });
    this.#radius = radiusControl({
      preview: (metres) => this.#marks?.show(store.view.point, metres),
      change: (radiusM) => { store.update({ radiusM }); },
    });
  }

  start(): void {
    this.#layOut();
    this.#openMap();
    const { view } = this.#store;
    this.#store.subscribe((next, before) => { this.#changed(next, before); });
    this.#filters.show(view);
    for (const task of this.#layers.tasks((found) => { this.#search.learn(found); })) void this.#notice.during(task);
    this.#askAll(view);
    this.#askAround(view);
    this.#askSelected(view);
    this.#render(view);
    this.#toAnswer(view);
    if (this.mapView) this.#loadFor(this.mapView.camera());
    void this.#notice.during(async () => { this.#about.show(await collections()); });
  }

  #layOut(): void {
    replace(
      this.#panel,
      h('header', { class: 'title' }, h('h1', {}, t('app.title')), h('p', {}, t('app.subtitle')), h('p', { class: 'quiet' }, t('app.sample'))),
      this.#search.element,
      this.#filters.element,
      this.#notice.element,
      this.#results,
      this.#exportBar.element,
      h('footer', {}, this.#about.element, h('p', { class: 'quiet' }, t('about.attribution'))),
    );
    const key = legend();
    this.#mapElement.parentElement?.append(key);
    key.toggleAttribute('open', matchMedia('(min-width: 1500px) and (min-height: 700px)').matches);
    this.#filters.element.toggleAttribute('open', matchMedia('(min-width: 760px) and (min-height: 960px)').matches);
  }

  #openMap(): void {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const theme = (): Theme => (dark.matches ? 'dark' : 'light');
    try {
      const view = new MapView(this.#mapElement, theme(), this.#store.view.camera, {
        camera: (camera) => {
          this.#store.update({ camera }, 'replace');
          this.#loadFor(camera);
        },
        ask: (at) => { this.#ask(at, false); },
        incident: (id) => { this.#store.update({ selected: { layer: 'incidents', id }, group: null }); },
        group: (group) => { this.#store.update({ group, selected: null }); },
        crossing: (id) => { this.#store.update({ selected: { layer: 'crossings', id }, group: null }); },
      });
      dark.addEventListener('change', () => { view.setTheme(theme()); });
      this.#marks = new AskMarks(view, {
        point: (at) => { this.#ask(at, false); },
        radius: (radiusM) => { this.#store.update({ radiusM }); },
      });
      this.mapView = view;
    } catch {
      // Without WebGL the lists still answer every question.
      this.#notice.say(t('error.map'));
    }
  }

  #loadFor({ zoom }: Camera): void {
    if (zoom >= PROVINCES_ZOOM) void this.#notice.during(() => this.#layers.provinces());
  }

  #ask(point: LngLat, move: boolean): void {
    this.#store.update({ point, selected: null, group: null });
    if (move) this.mapView?.show(point, this.#store.view.radiusM);
  }

  #changed(view: View, before: View): void {
    const filtered = !sameFilter(view.filter, before.filter);
    const moved = !samePosition(view.point, before.point) || view.radiusM !== before.radiusM;
    const chosen = view.selected?.id !== before.selected?.id || view.selected?.layer !== before.selected?.layer;
    if (view.camera !== before.camera) this.mapView?.follow(view.camera);
    if (view.labels !== before.labels) this.#layers.setLabels(view.labels);
    if (filtered || moved || chosen) this.#notice.clear();
    if (filtered || view.labels !== before.labels) this.#filters.show(view);
    if (filtered) this.#askAll(view);
    if (filtered || moved) this.#askAround(view);
    if (chosen) this.#askSelected(view);
    const regrouped = !samePosition(view.group, before.group);
    if (filtered || moved || chosen || regrouped) this.#render(view);
    if (chosen || regrouped || !samePosition(view.point, before.point)) this.#toAnswer(view);
    if (chosen) this.#focus(view, before);
  }

  /** On a narrow screen the answer would lie below the fold of the panel. */
  #toAnswer({ selected, group, point }: View): void {
    const narrow = matchMedia('(max-width: 759px)').matches;
    const top = narrow && (selected ?? group ?? point) ? this.#results.offsetTop - this.#panel.offsetTop : 0;
    this.#panel.scrollTo({ top });
  }

  /** A question of a kind replaces the one before, whose answer nobody waits for any more. */
  #question(kind: string, task: (signal: AbortSignal) => Promise<void>): void {
    this.#asking.get(kind)?.abort();
    const asking = new AbortController();
    this.#asking.set(kind, asking);
    void this.#notice.during(() => task(asking.signal));
  }

  #askAll(view: View): void {
    this.#question('all', async (signal) => {
      const answer = await incidents({ filter: view.filter }, signal);
      this.#all = answer.sort((a, b) => b.properties.date.localeCompare(a.properties.date) || a.id.localeCompare(b.id));
      this.mapView?.fillIncidents(this.#all);
      this.#render(this.#store.view);
    });
  }

  #askAround({ point, radiusM, filter }: View): void {
    this.#marks?.show(point, radiusM);
    this.#found = null;
    this.#beyond = [];
    if (!point) {
      this.#asking.get('around')?.abort();
      this.#asking.get('locate')?.abort();
      return;
    }
    this.#question('around', async (signal) => {
      const found = await incidents({ filter, near: point, radiusM }, signal);
      const beyond = found.length ? [] : await firstIncidents({ filter, near: point, limit: BEYOND }, signal);
      [this.#found, this.#beyond] = [found, beyond];
      this.#render(this.#store.view);
    });
    this.#located = null;
    this.#question('locate', async (signal) => {
      this.#located = await locate(point, signal);
      this.#marks?.showFoot(this.#located);
      this.#render(this.#store.view);
    });
  }

  #askSelected({ selected }: View): void {
    [this.#incident, this.#crossing] = [null, null];
    this.mapView?.select(null);
    if (!selected) return;
    this.#question('selected', async (signal) => {
      const { layer, id } = selected;
      if (layer === 'incidents') {
        this.#incident = this.#known(id) ?? (await feature<Incident>(layer, id, signal));
        this.#mark(this.#incident);
      } else {
        this.#crossing = await feature<Crossing>(layer, id, signal);
        const { unverified, position_uncertainty_m: uncertaintyM } = this.#crossing.properties;
        const icon = unverified ? 'crossing:unverified' : 'crossing:known';
        this.mapView?.select({ feature: this.#crossing, icon, uncertaintyM });
      }
      this.#render(this.#store.view);
      this.#results.querySelector('h2')?.focus({ preventScroll: true });
    });
  }

  #known(id: string): Incident | undefined {
    return this.#all?.find((incident) => incident.id === id) ?? this.#found?.find((incident) => incident.id === id);
  }

  #mark(incident: Incident | null): void {
    if (!incident) {
      this.mapView?.select(null);
      return;
    }
    const { category, status, position_uncertainty_m: uncertaintyM } = incident.properties;
    this.mapView?.select({ feature: incident, icon: `incident:${category}:${status}`, uncertaintyM });
  }

  /** Back in the list, focus returns to the row that was opened. */
  #focus(view: View, before: View): void {
    if (view.selected || !before.selected) return;
    const row = [...this.#results.querySelectorAll<HTMLElement>('.report')].find((found) => found.dataset['id'] === before.selected?.id);
    row?.focus();
  }

  #render(view: View): void {
    if (view.selected) replace(this.#results, this.#detail(view));
    else if (view.group) replace(this.#results, ...this.#group(view.group));
    else if (view.point) this.#renderAround(view, view.point);
    else replace(this.#results, ...this.#overview());
    const question = view.point ? { filter: view.filter, near: view.point, radiusM: view.radiusM } : { filter: view.filter };
    const selection = view.point ? this.#found : this.#all;
    this.#exportBar.show(question, selection?.length ?? 0);
  }

  #detail(view: View): HTMLElement {
    const shown = this.#incident ?? this.#crossing;
    const events: DetailEvents = {
      back: () => { this.#store.update({ selected: null }); },
      zoom: () => { if (shown) this.mapView?.show(toLngLat(shown.geometry.coordinates), shown.properties.position_uncertainty_m); },
      around: () => { if (shown) this.#ask(toLngLat(shown.geometry.coordinates), true); },
    };
    if (view.selected?.layer === 'incidents' && this.#incident) return incidentDetail(this.#incident, events);
    if (view.selected?.layer === 'crossings' && this.#crossing) return crossingDetail(this.#crossing, events);
    return h('div', { class: 'detail' }, backButton(events));
  }

  #group(at: LngLat): HTMLElement[] {
    const members = (this.#all ?? []).filter(({ geometry }) => metresBetween(at, toLngLat(geometry.coordinates)) < GROUP_M);
    const close = { back: () => { this.#store.update({ group: null }); }, zoom: () => undefined, around: () => undefined };
    return [
      backButton(close),
      h('h2', {}, t('group.title')),
      h('p', { class: 'quiet' }, h('strong', {}, tn('reports', members.length)), ` · ${t('group.why')}`),
      incidentList(members, this.#listEvents()),
    ];
  }

  #overview(): HTMLElement[] {
    const all = this.#all;
    if (!all) return [];
    if (!all.length) {
      return [h('div', { class: 'empty' }, h('p', {}, t('list.empty')), h('p', { class: 'quiet' }, t('empty.relax')))];
    }
    const head = h('p', { class: 'count' }, h('strong', {}, tn('reports', all.length)), ` · ${t('list.order')}`);
    return [h('h2', { class: 'hidden' }, t('list.title')), head, incidentList(all, this.#listEvents())];
  }

  #renderAround(view: View, point: LngLat): void {
    const around: Around = {
      point,
      radiusM: view.radiusM,
      located: this.#located,
      segmentName: this.#located?.segment_name ?? this.#layers.segmentName(this.#located?.segment ?? null),
      incidents: this.#found,
      beyond: this.#beyond,
    };
    const events: AroundEvents = {
      ...this.#listEvents(),
      radius: (radiusM) => {
        this.#store.update({ radiusM });
        this.mapView?.show(point, radiusM);
      },
      close: () => { this.#store.update({ point: null }); },
    };
    this.#radius.show(view.radiusM);
    const [head, body] = [aroundHead(around, events), aroundResults(around, events)];
    const slot = this.#radius.element;
    // The control stays where it is in the document: moving it would take the focus from under a finger.
    if (slot.parentElement === this.#results) {
      slot.previousElementSibling?.replaceWith(head);
      slot.nextElementSibling?.replaceWith(body);
    } else replace(this.#results, head, slot, body);
  }

  #listEvents() {
    return {
      open: (incident: Incident) => {
        this.#store.update({ selected: { layer: 'incidents', id: incident.id } });
        this.mapView?.reveal(toLngLat(incident.geometry.coordinates));
      },
      hover: (incident: Incident | null) => {
        if (!this.#store.view.selected) this.#mark(incident);
      },
    };
  }
}
