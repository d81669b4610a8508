// The app: puts the parts of the page together, and hands each change of the View and each answer to all of them.

import type { FeatureCollection } from 'geojson';
import { Answers } from './answers';
import { collections } from './api/client';
import { News } from './api/news';
import type { Compared } from './api/types';
import { AreaForm } from './draw/areaform';
import { fault } from './draw/tool';
import { language, t } from './i18n';
import { Layers } from './layers';
import { changeLines } from './map/change';
import { collection } from './map/labels';
import type { MapView } from './map/mapview';
import { fetchMapSide } from './mapload';
import type { MapSide } from './mapside';
import type { MapData, SourceName } from './map/style';
import { about } from './panels/about';
import { Chips } from './panels/chips';
import { COMPARE_FIRST, Compare } from './panels/compare';
import { h, replace } from './panels/dom';
import { FilterPanel } from './panels/filters';
import { FirstRow } from './panels/firstrow';
import { Legend } from './panels/legend';
import { LinkNotice } from './panels/linknotice';
import { Months } from './panels/months';
import { NewsBox } from './panels/news';
import { Notice } from './panels/notice';
import { Results } from './panels/results';
import { SearchBox } from './panels/search';
import { Take } from './panels/take';
import { isStacked } from './screen';
import { device } from './settings/device';
import { SettingsMenu } from './settings/menu';
import { ThemeSwitch } from './settings/theme';
import { withinBorder } from './state/address';
import { Hover } from './state/hover';
import type { Store } from './state/store';
import { isOnMap, samePosition, type View } from './state/view';
import { Steps } from './steps';
import { Drawer } from './strip/drawer';
import { EmbedFrame } from './take/embed';

/** So long the list is waited for; a busy server lets the map come before it. */
const LIST_FIRST_MS = 4000;

/** A part of the page. It is told of every change, and decides itself whether it has to do anything. */
export interface Part {
  show(view: View, answers: Answers): void;
}

export class App {
  readonly #store: Store;
  readonly #panel: HTMLElement;
  readonly #mapElement: HTMLElement;
  readonly #notice = new Notice({
    places: (at) => { this.#fill('faults', collection(at.map(fault))); },
    look: (at) => { this.#steps.map?.show(at, null); },
    drop: (part) => { this.#steps.setFilter({ ...this.#store.view.filter, ...part }); },
  });

  readonly #answers = new Answers(this.#notice, () => { this.#arrived(); }, (without, told) => {
    this.#store.correct({ ...this.#store.view, ...without }, [told]);
  });

  readonly #steps: Steps;
  readonly #hover = new Hover();
  readonly #layers: Layers;
  readonly #search: SearchBox;
  readonly #results: Results;
  #mapSide: MapSide | null = null;
  /** Lines and names that came before the map did. */
  #early: MapData = {};
  /** In reading order; each new part is one line here and one in #layOut. */
  readonly #filters: FilterPanel;
  readonly #months: Months;
  readonly #chips: Chips;
  readonly #legend: Legend;
  readonly #areaForm: AreaForm;
  readonly #take = new Take({ map: () => this.map ?? null, strip: (ratio) => this.#drawer.picture(ratio) });
  readonly #embed: EmbedFrame;
  readonly #about = about();
  readonly #link: LinkNotice;
  readonly #newsBox = new NewsBox(() => { this.#anew(); });
  readonly #news = new News((some) => { this.#newsBox.show(some); });
  readonly #theme: ThemeSwitch;
  readonly #settings: SettingsMenu;
  readonly #compare: Compare;
  readonly #drawer: Drawer;
  /** What is under way to be known, whatever is asked; the list comes before it. */
  readonly #learning: Promise<unknown>[] = [];
  #compared: Compared | null = null;
  #shown: View | null = null;
  readonly #firstRow: FirstRow;
  readonly #opened: ((map: MapView['map']) => void) | undefined;

  /** `opened` is given the map when there is one. */
  constructor(store: Store, panel: HTMLElement, mapElement: HTMLElement, opened?: (map: MapView['map']) => void) {
    this.#store = store;
    this.#opened = opened;
    const answered = (how: () => void) => {
      how();
      (store.view.embed ? this.map?.getCanvas() : this.#results.element)?.focus();
    };
    this.#link = new LinkNotice({
      dismiss: () => { answered(() => { store.dismiss(); }); },
      take: (instead, offer) => { answered(() => { store.take(instead, offer); }); },
    });
    this.#theme = new ThemeSwitch(store);
    this.#settings = new SettingsMenu(store);
    this.#panel = panel;
    this.#mapElement = mapElement;
    this.#steps = new Steps(store);
    this.#search = new SearchBox({
      choose: (choice) => { this.#steps.find(choice); },
      used: () => { for (const task of this.#layers.searched()) this.#learn(task); },
      known: async () => { for (let n = 0; n < this.#learning.length; n++) await this.#learning[n]; },
      around: () => ({ centre: this.#steps.map?.camera() ?? null, border: this.#layers.border, filter: store.view.filter }),
    });
    this.#layers = new Layers(device.labels(store.view), this.#search, (name, data) => { this.#fill(name, data); });
    this.#months = new Months({
      during: (task) => this.#notice.during(task),
      days: (from, to, step) => { store.update({ filter: { ...store.view.filter, from, to } }, step); },
    });
    this.#filters = new FilterPanel({
      filter: (filter) => { store.update({ filter }); },
    }, this.#months.element);
    this.#chips = new Chips((filter) => { store.update({ filter }); });
    this.#legend = new Legend({
      filter: (filter) => { store.update({ filter }); },
      // A sheet over the panel is opened for a look, and no page begins with it.
      opened: (open) => { if (!isStacked() && !store.view.embed) device.keep({ legend: open ? 'open' : 'closed' }); },
    });
    this.#areaForm = new AreaForm(() => this.#layers.border, (area) => { this.#steps.setArea(area); });
    this.#results = new Results(panel, this.#steps, {
      more: () => { this.#answers.more(store.view); },
      hover: (incident) => { this.#hover.incident(incident?.id ?? null, 'list'); },
      radius: (metres) => { this.#mapSide?.previewRadius(store.view, metres); },
      segmentName: ({ segment, segment_name: name }) => this.#layers.segmentName(segment) ?? name ?? segment,
    });
    this.#firstRow = new FirstRow(panel, this.#results.element);
    this.#embed = new EmbedFrame({
      open: ({ id, geometry: { coordinates: [lng = 0, lat = 0] } }) => {
        this.#steps.openIncident(id);
        this.#steps.map?.reveal({ lng, lat });
      },
      close: () => { store.update({ selected: null, group: null }); },
    });
    this.#compare = new Compare({
      compare: (compare) => { store.update({ compare }); },
      filter: (filter) => { store.update({ filter }); },
      answered: (answer) => {
        this.#compared = answer;
        this.#showChange();
      },
      hover: (segment) => { this.#hover.segment(segment, 'compare'); },
      during: (task) => this.#notice.during(task),
      segmentName: (id) => this.#layers.segmentName(id),
    });
    this.#drawer = new Drawer(this.#hover, {
      filter: (filter) => { store.update({ filter }); },
      open: (id) => { this.#steps.openIncident(id); },
      during: (task) => this.#notice.during(task),
      toggle: (strip) => {
        const toggle = (): void => { store.update({ strip }); };
        // What the map shows, it still shows when it has become lower or higher.
        if (this.#steps.map) this.#steps.map.keep(toggle);
        else toggle();
      },
      compare: (open) => {
        store.update({ compare: open ? COMPARE_FIRST : null, ...(open && { selected: null, group: null }) });
        if (open) this.#compare.focus();
      },
    });
    this.#hover.subscribe(() => { if (this.#compared) this.#showChange(); });
  }

  get map(): MapView['map'] | undefined {
    return this.#steps.map?.map;
  }

  start(): void {
    this.#layOut();
    this.#store.subscribe((view, before) => { this.#changed(view, before); });
    device.subscribe(() => { this.#changed(this.#store.view, this.#store.view); });
    this.#changed(this.#store.view, null);
    // On a slow line whatever else is asked for takes its share of what is waited for: the list comes first.
    const listed = Promise.race([this.#answers.begun, afterwards(LIST_FIRST_MS)]);
    this.#learning.push(listed);
    void listed.then(() => {
      void this.#openMap();
      void this.#notice.during(async () => { await import('./fonts.css'); });
      for (const task of this.#layers.tasks()) this.#learn(task);
      void this.#notice.during(async () => { this.#about.show(await collections()); });
      // In somebody's page there is nobody to press it.
      if (!this.#store.view.embed) this.#news.start();
    });
  }

  /** Shows what the server has now, with the View as it is. */
  #anew(): void {
    const { view } = this.#store;
    this.#news.shown();
    this.#answers.anew(view);
    this.#compare.anew();
    this.#drawer.anew();
    this.#steps.map?.anew();
    for (const task of this.#layers.tasks()) this.#learn(task);
    this.#results.element.focus();
  }

  /** Fetches something that doesn't depend on the question; what is shown may be said better once it is here. */
  #learn(task: () => Promise<void>): void {
    this.#learning.push(this.#notice.during(async () => {
      await task();
      this.#holdToBorder();
      this.#arrived();
      this.#showBorder();
    }));
  }

  #layOut(): void {
    replace(
      this.#panel,
      // First, and held there: whatever is open below, it is in sight at once.
      this.#notice.element,
      h('header', { class: 'title' }, h('h1', {}, t('app.title')), this.#settings.button, this.#settings.element, h('p', {}, t('app.subtitle')), h('p', { class: 'quiet' }, t('app.sample'), language() === 'en' ? null : ` ${t('app.english')}`)),
      this.#newsBox.element,
      this.#link.element,
      this.#search.element,
      this.#filters.element,
      this.#chips.element,
      this.#areaForm.element,
      this.#notice.progress,
      this.#compare.element,
      this.#results.element,
      this.#take.element,
      h('footer', {}, this.#about.element, h('p', { class: 'quiet' }, t('about.attribution'))),
    );
    this.#settings.reopen();
    // A button: a link to a fragment would take the place of the address, and with it of the View.
    document.getElementById('skip')?.addEventListener('click', () => { this.#results.element.focus(); });
    document.body.append(this.#take.print.element);
    this.#mapElement.after(this.#embed.element);
    // The panel is not there, but what went wrong must be said.
    if (this.#store.view.embed) this.#embed.element.append(this.#notice.element, this.#notice.progress);
    this.#mapElement.parentElement?.after(this.#legend.room);
    this.#legend.element.toggleAttribute('open', this.#opensLegend());
    this.#legend.room.after(this.#drawer.element);
    // The map finds out its height when it is made.
    this.#drawer.show(this.#store.view, this.#answers);
    // The months cost a question of their own, which is asked only where they are seen.
    this.#filters.element.addEventListener('toggle', () => {
      this.#answers.wantMonths(this.#store.view, this.#filters.element.open);
      // There is room for it and for what it selects, but not for what stands above it as well.
      if (this.#filters.element.open && isStacked()) this.#panel.scrollTop += topOf(this.#filters.element) - topOf(this.#panel);
    });
    this.#filters.element.toggleAttribute('open', matchMedia('(min-width: 47.5em) and (min-height: 60em)').matches);
  }

  /** As it was left, else where it leaves the map most of its width: what lies under it can't be seen or pressed. */
  #opensLegend(): boolean {
    if (this.#store.view.embed || isStacked()) return false;
    if (device.legend) return device.legend === 'open';
    return !this.#store.view.strip && matchMedia('(min-width: 94em) and (min-height: 45em)').matches;
  }

  /** Without a map the lists still answer every question. */
  async #openMap(): Promise<void> {
    await this.#notice.during(async () => {
      const { MapSide } = await fetchMapSide();
      try {
        this.#mapSide = new MapSide(this.#mapElement, this.#theme.theme, this.#store.view.camera, {
          steps: this.#steps,
          hover: this.#hover,
          border: () => this.#layers.border,
          embed: this.#store.view.embed,
          events: {
            over: () => [this.#legend.element, ...this.#embed.element.children],
            ask: (at) => {
              if (this.#store.view.embed) this.#embed.close();
              else this.#steps.ask(at, false);
            },
            camera: (camera) => {
              this.#store.update({ camera }, 'replace');
              this.#showBorder();
            },
            incident: (id) => { this.#store.update({ selected: { layer: 'incidents', id }, group: null }); },
            group: (at) => { this.#steps.openGroup(at); },
            crossing: (id) => { this.#steps.openCrossing(id); },
            during: (task) => this.#notice.during(task),
            hover: (id) => { this.#hover.incident(id, 'map'); },
            provinces: () => { void this.#notice.during(() => this.#layers.provinces()); },
            begun: () => { this.#areaForm.open(); },
            drawn: () => { this.#results.element.focus({ preventScroll: true }); },
          },
        });
      } catch {
        this.#notice.say(t('error.map'));
        return;
      } finally {
        document.getElementById('map-wait')?.remove();
      }
      const map = this.#mapSide.view;
      this.#steps.take(map);
      this.#theme.subscribe((theme) => {
        map.setTheme(theme);
        this.#drawer.repaint();
      });
      for (const [name, data] of Object.entries(this.#early)) map.fill(name as SourceName, data);
      this.#early = {};
      this.#arrived();
      this.#showBorder();
      this.#opened?.(map.map);
    });
  }

  /** Gives the map what a layer holds, now or when it is there. */
  #fill(name: SourceName, data: FeatureCollection): void {
    if (this.#steps.map) this.#steps.map.fill(name, data);
    else this.#early[name] = data;
  }

  /** Gives the strip the lines of the border, and tells it what of them the map shows. */
  #showBorder(): void {
    const { segments, crossings, border } = this.#layers;
    const bounds = this.#steps.map?.map.getBounds();
    this.#drawer.learn({ segments, crossings });
    if (this.#compared) this.#showChange();
    if (bounds && border) this.#drawer.showVisible(border, ({ lng, lat }) => bounds.contains([lng, lat]));
  }

  /** A corridor of the address may lie beyond the line, whose length is known once it is here. */
  #holdToBorder(): void {
    const lengthKm = this.#layers.border?.lengthKm;
    const held = !lengthKm ? null : withinBorder(this.#store.view, lengthKm);
    if (held) this.#store.correct(held.view, held.unread);
  }

  #showChange(): void {
    const { segments, border } = this.#layers;
    this.#fill('compare', changeLines(segments, border, this.#compared, this.#hover.now.segment));
  }

  #changed(view: View, before: View | null): void {
    if (before && view.camera !== before.camera) this.#steps.map?.follow(view.camera);
    this.#layers.setLabels(device.labels(view));
    this.#answers.follow(view, before);
    this.#show(view);
    this.#holdToBorder();
  }

  #arrived(): void {
    this.#show(this.#store.view);
  }

  #show(view: View): void {
    const parts: (Part | null)[] = [
      this.#filters, this.#months, this.#chips, this.#areaForm, this.#legend, this.#compare, this.#results, this.#take, this.#embed,
      this.#mapSide, this.#drawer,
    ];
    for (const part of parts) part?.show(view, this.#answers);
    this.#link.show(view, this.#store.unread, this.#embed.element);
    this.#lead(view, this.#shown);
    this.#shown = view;
  }

  /** Leads eye and focus to the answer, and from details back to where they were opened. */
  #lead(view: View, before: View | null): void {
    const opened = view.selected !== null && view.selected !== before?.selected;
    const turned = opened || !samePosition(view.group, before?.group ?? null) || !samePosition(view.point, before?.point ?? null);
    // On a narrow screen the answer would lie below the fold of the panel.
    const narrow = isStacked();
    const answer = view.selected ?? view.group ?? view.point;
    if (turned || (before?.selected && !view.selected)) {
      // What is under way goes when the answer is in; what failed stays, over what is scrolled.
      const above = this.#notice.progress.offsetHeight + this.#notice.element.offsetHeight;
      const top = this.#panel.scrollTop + topOf(this.#results.element) - topOf(this.#panel) - above;
      this.#panel.scrollTo({ top: narrow && answer ? top : 0 });
      // Beyond the map's ground that is said first, with the way back: nothing else is worth more.
      this.#firstRow.keep(narrow && view.point !== null && isOnMap(view.point) && !view.selected);
    }
    if (before?.selected && !view.selected) this.#results.focusRow(before.selected.id);
  }
}

function afterwards(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

function topOf(element: HTMLElement): number {
  return element.getBoundingClientRect().top;
}
