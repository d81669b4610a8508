// The border strip: kilometres of the border against time, linked with the map by the filter and by what is pointed at.

import { BIN_KM_MAX, Unreachable, isAbort, markedIncidents, profile } from '../api/client';
import type { MarkedIncident, Profile } from '../api/types';
import { t, tn } from '../i18n';
import { h, replace } from '../panels/dom';
import { heatMark } from '../panels/marks';
import type { Hover } from '../state/hover';
import { device } from '../settings/device';
import { sameFilter, type Filter, type Labels, type View } from '../state/view';
import type { Key } from '../take/sheet';
import type { Explained } from '../take/taken';
import { formatExact, whole } from '../text/format';
import { Cells } from './cells';
import type { Ground } from './frame';
import { opacityOf } from './heat';
import { inWords, Plot } from './plot';
import { filterWith, grainOf, isoDay, DAY_MS, pickOf, wholeDomain, zoomed, type Domain, type Pick } from './scales';
import { profileTable, TABLE_BIN_KM } from './table';
import type { Stretch } from './visible';

export interface StripEvents {
  filter(filter: Filter): void;
  open(id: string): void;
  /** Runs a question so that waiting and failure are shown where the page shows them. */
  during(task: () => Promise<void>): Promise<void>;
}

/** How far from the line a report may lie to be drawn, in metres. */
const WITHIN_M = [10_000, 25_000, 50_000, 100_000, 200_000];
const WITHIN_M_USUAL = 50_000;
/** More marks than this would hide the heat map, and each other. */
const MARKS_MAX = 2_000;

export class Strip {
  readonly element = h('div', { class: 'strip' });
  readonly controls = h('div', { class: 'strip-controls' });
  readonly #events: StripEvents;
  readonly #plot: Plot;
  readonly #table = h('div', { class: 'strip-table-room', tabindex: '0', role: 'region', 'aria-label': t('strip.table.caption'), hidden: true });
  readonly #note = h('span', { class: 'strip-note' });
  readonly #within: HTMLSelectElement;
  readonly #taken = h('span', { class: 'strip-taken', id: 'strip-taken' });
  readonly #zoomIn: HTMLButtonElement;
  readonly #zoomOut: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #asTable: HTMLButtonElement;
  #view: View;
  #listed: number | null = null;
  #ground: Ground | null = null;
  /** All that the filter selects, wherever and whenever; with the question that it answers. */
  #overall: { readonly key: string; readonly answer: Profile } | null = null;
  /** In which the names were drawn last. */
  #labels: Labels | null = null;
  #zoom: Pick | null = null;
  #withinM = WITHIN_M_USUAL;
  #cells: Cells | null = null;
  #incidents: readonly MarkedIncident[] = [];
  #asking: AbortController | null = null;
  #asked = '';
  /** What the table was asked with. */
  #tabled = '';

  constructor(view: View, listed: number | null, hover: Hover, events: StripEvents) {
    this.#view = view;
    this.#events = events;
    this.#plot = new Plot({
      take: (pick) => { this.#take(pick); },
      drop: () => { this.#take({ from: null, to: null, km: null }); },
      open: (id) => { events.open(id); },
      hover: (id) => { hover.incident(id, 'strip'); },
      resized: () => { this.#ask(); this.#draw(); },
    });
    hover.subscribe(() => { this.#highlight(hover); });
    const button = (name: string, words: string, act: () => void): HTMLButtonElement => h('button', { type: 'button', class: 'small-button', id: name, onclick: act }, words);
    this.#zoomIn = button('strip-zoom', t('strip.zoom'), () => { this.#zoomTo(pickOf(this.#view.filter)); });
    this.#zoomOut = button('strip-whole', t('strip.whole'), () => { this.#zoomTo(null); });
    this.#clear = button('strip-clear', t('strip.clear'), () => { this.#take({ from: null, to: null, km: null }); });
    this.#asTable = button('strip-as-table', t('strip.table'), () => { this.#toggleTable(); });
    this.#asTable.setAttribute('aria-pressed', 'false');
    this.#within = h('select', { id: 'strip-within', 'aria-label': t('strip.within'), onchange: () => { this.#setWithin(Number(this.#within.value)); } });
    replace(this.element, this.#plot.element, this.#table);
    replace(this.controls, this.#taken, this.#clear, this.#zoomIn, this.#zoomOut, this.#note,
      this.#within, this.#asTable);
    this.show(view, listed);
  }

  /** `listed`: how many the filter selects, as the list counts them; null while that is not answered. */
  show(view: View, listed: number | null): void {
    [this.#view, this.#listed] = [view, listed];
    const { area } = view.filter;
    if (area?.kind === 'corridor') this.#withinM = area.withinM;
    this.#ask();
    this.#askTable();
    if (device.labels(view) !== this.#labels) this.#draw();
    this.#plot.showPick(pickOf(view.filter));
    this.#plot.highlight(null, selectedIncident(view), null);
    this.#showControls();
  }

  /** Asks everything anew: the data are others. */
  anew(): void {
    [this.#asked, this.#overall] = ['', null];
    this.show(this.#view, this.#listed);
  }

  learn(ground: Ground): void {
    this.#ground = ground;
    this.#ask();
    this.#draw();
  }

  /** As it is drawn now, with what explains it. */
  picture(ratio: number): Explained | null {
    const [cells, picture] = [this.#cells, this.#plot.picture(ratio)];
    if (!cells || !picture) return null;
    // A corridor or another area is among what is asked already.
    const within = this.#view.filter.area ? [] : [t('strip.within.some', { distance: formatExact(this.#withinM) })];
    return { picture, marked: this.#incidents, asked: [...within, grainWords(cells).replace(/:$/, '')], legend: heatKeys(cells) };
  }

  /** The theme changed: what is painted doesn't follow by itself. */
  repaint(): void {
    this.#plot.repaint();
  }

  showVisible(stretches: readonly Stretch[]): void {
    this.#plot.showVisible(stretches);
  }

  /** What is asked: the filter, but for what the brush itself takes. */
  #question(domain: Domain, whole: Domain): Filter {
    const { filter } = this.#view;
    const days = domain.startMs === whole.startMs && domain.endMs === whole.endMs
      ? { from: null, to: null }
      : { from: isoDay(domain.startMs), to: isoDay(domain.endMs - DAY_MS) };
    return filterWith({ ...filter, ...days }, { ...days, km: this.#bound() ? [domain.fromKm, Math.ceil(domain.toKm)] : null }, this.#withinM);
  }

  /** Whether the strip's own bound holds: a box or polygon is a bound already. */
  #bound(): boolean {
    const { area } = this.#view.filter;
    return !area || area.kind === 'corridor';
  }

  #whole(): Domain | null {
    const last = this.#ground?.segments.at(-1)?.properties.km_to;
    const coverage = this.#overall?.answer.coverage;
    return last && coverage?.first && coverage.last ? wholeDomain(coverage.first, coverage.last, last) : null;
  }

  #domain(whole: Domain): Domain {
    return this.#zoom ? zoomed(whole, this.#zoom) : whole;
  }

  /** Asks what is not yet known of what is to be shown. */
  #ask(): void {
    const { width, height } = this.#plot.size();
    if (!this.#ground || width <= 1 || height <= 1) return;
    const all = filterWith(this.#view.filter, { from: null, to: null, km: null }, this.#withinM);
    const key = JSON.stringify(all);
    const whole = this.#overall?.key === key ? this.#whole() : null;
    const domain = whole && this.#domain(whole);
    const asked = JSON.stringify([key, this.#withinM, domain, domain && grainOf(domain, width, height)]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    void this.#events.during(async () => {
      this.#tellRefused(false);
      try {
        if (whole) await this.#askCells(this.#domain(whole), whole, asking.signal);
        else await this.#askOverall(all, key, asking.signal);
      } catch (cause) {
        if (cause instanceof Unreachable) this.#note.textContent = t('state.earlier');
        else if (!isAbort(cause)) this.#tellRefused(true);
        throw cause;
      }
    });
  }

  /** What is drawn answers an older question: it is not shown as the answer to one that was refused. */
  #tellRefused(refused: boolean): void {
    this.element.classList.toggle('unanswered', refused);
    if (!refused) return;
    this.#cells = null;
    this.#asked = '';
    this.#note.textContent = t('count.unanswered');
    replace(this.#table, h('p', {}, t('list.unanswered')));
  }

  /** The table counts what the list does, days and corridor included; of a layer without an area, what the strip reaches. */
  #askTable(): void {
    if (this.#table.hidden || !this.#ground) return;
    const { filter } = this.#view;
    const last = Math.ceil(this.#ground.segments.at(-1)?.properties.km_to ?? BIN_KM_MAX);
    const question = filter.area ? filter : filterWith(filter, { ...pickOf(filter), km: [0, last] }, this.#withinM);
    const tabled = JSON.stringify(question);
    if (tabled === this.#tabled) return;
    this.#tabled = tabled;
    void this.#events.during(async () => {
      try {
        const answer = await profile({ filter: question }, TABLE_BIN_KM, 'year');
        if (this.#tabled === tabled) replace(this.#table, profileTable(answer, inWords(pickOf(filter)) || null, pickOf(filter).km));
      } catch (cause) {
        if (this.#tabled === tabled) this.#tabled = '';
        if (!(cause instanceof Unreachable)) replace(this.#table, h('p', {}, t('list.unanswered')));
        throw cause;
      }
    });
  }

  async #askOverall(all: Filter, key: string, signal: AbortSignal): Promise<void> {
    this.#overall = { key, answer: await profile({ filter: all }, BIN_KM_MAX, 'year', signal) };
    this.#ask();
  }

  async #askCells(domain: Domain, whole: Domain, signal: AbortSignal): Promise<void> {
    const { width, height } = this.#plot.size();
    const { binKm, interval } = grainOf(domain, width, height);
    const question = this.#question(domain, whole);
    const answer = await profile({ filter: question }, binKm, interval, signal);
    this.#incidents = answer.matched <= MARKS_MAX ? await markedIncidents(question, signal) : [];
    this.#cells = new Cells(answer);
    this.#draw();
    this.#showControls();
  }

  #draw(): void {
    const whole = this.#whole();
    const [cells, ground] = [this.#cells, this.#ground];
    if (!whole || !cells || !ground) return;
    const { filter } = this.#view;
    const labels = device.labels(this.#view);
    this.#labels = labels;
    this.#plot.draw({ domain: this.#domain(whole), whole, cells, incidents: this.#incidents, ground, labels, pick: pickOf(filter) });
    this.#plot.highlight(null, selectedIncident(this.#view), null);
  }

  #highlight({ now: { incident, segment } }: Hover): void {
    this.#plot.highlight(incident, selectedIncident(this.#view), segment);
  }

  #take(pick: Pick): void {
    const filter = filterWith(this.#view.filter, pick, this.#withinM);
    if (!sameFilter(filter, this.#view.filter)) this.#events.filter(filter);
  }

  #zoomTo(pick: Pick | null): void {
    this.#zoom = pick;
    this.#ask();
    this.#draw();
    this.#showControls();
  }

  #setWithin(metres: number): void {
    this.#withinM = metres;
    const pick = pickOf(this.#view.filter);
    if (pick.km) this.#take(pick);
    else {
      this.#ask();
      this.#askTable();
    }
  }

  #toggleTable(): void {
    const shown = this.#table.hidden;
    this.#table.hidden = !shown;
    this.#plot.element.hidden = shown;
    this.#asTable.setAttribute('aria-pressed', String(shown));
    this.#askTable();
  }

  #showControls(): void {
    const pick = pickOf(this.#view.filter);
    const words = inWords(pick);
    this.#taken.textContent = words;
    this.#clear.hidden = this.#zoomIn.hidden = !words;
    this.#zoomOut.hidden = !this.#zoom;
    this.#within.hidden = !this.#bound();
    const steps = [...new Set([...WITHIN_M, this.#withinM])].sort((a, b) => a - b);
    replace(this.#within, ...steps.map((metres) => h('option', { value: String(metres), selected: metres === this.#withinM }, t('strip.within.some', { distance: formatExact(metres) }))));
    this.#showCounts();
  }

  /** First what the list, the foot and an export count; then what is drawn besides the days and the stretch that are asked for. */
  #showCounts(): void {
    const [cells, listed] = [this.#cells, this.#listed];
    if (!cells || listed === null) return;
    const { group, point } = this.#view;
    const { matched, apart } = cells.profile;
    const loose = apart.spanning + apart.undated + apart.unplaced;
    const said = [
      tn('reports', listed),
      group || point ? t('strip.elsewhere') : '',
      matched === listed ? '' : t('strip.drawn', { n: whole(matched) }),
      loose ? t('strip.apart', { n: whole(loose) }) : '',
      matched > MARKS_MAX ? t('strip.unmarked') : '',
    ];
    this.#note.textContent = said.filter(Boolean).join(' · ');
    this.#plot.legend(grainWords(cells), heatKeys(cells));
  }
}

/** What each shade of the heat map stands for. */
function heatKeys({ classes, profile: { count_max: most } }: Cells): Key[] {
  return classes.map((least, i) => {
    const last = (classes[i + 1] ?? most + 1) - 1;
    return { mark: heatMark(opacityOf(i, classes.length)), words: last > least ? `${whole(least)}–${whole(last)}` : whole(least) };
  });
}

function grainWords({ profile: { bin_km: binKm, interval } }: Cells): string {
  return t('strip.grain', { km: whole(binKm), interval: t(`interval.${interval}`) });
}

function selectedIncident({ selected }: View): string | null {
  return selected?.layer === 'incidents' ? selected.id : null;
}
