// The print view: what is asked, the map as a picture, the legend, and every report with its sources.

import type { Incident } from '../api/types';
import { t, term, tn } from '../i18n';
import { h, replace, writtenIn } from '../panels/dom';
import { mark } from '../panels/marks';
import { formatBorder, formatDate, formatFatalities, formatPrecision } from '../text/format';
import { sayPlace } from '../text/whereabouts';
import { captureMap } from './capture';
import { drawn, sheetOf, type Pictured, type Taken } from './taken';
import { viewAddress } from './share';

/** A list on more paper than this helps nobody; the export has them all. */
const REPORTS_MAX = 500;

/** Fills itself whenever the page is about to be printed, whoever asked for it. */
export class PrintView {
  readonly element = h('section', { id: 'print' });
  readonly #pictured: Pictured;
  #taken: Taken | null = null;

  constructor(pictured: Pictured) {
    this.#pictured = pictured;
    addEventListener('beforeprint', () => { this.#fill(); });
    addEventListener('afterprint', () => { replace(this.element); });
  }

  show(taken: Taken): void {
    this.#taken = taken;
  }

  #fill(): void {
    const taken = this.#taken;
    if (!taken) return;
    const map = this.#pictured.map();
    const { title, asked, legend, foot } = sheetOf(taken);
    const { loaded: incidents, matched } = taken.rows ?? { loaded: [], matched: 0 };
    const beyond = matched - Math.min(incidents.length, REPORTS_MAX);
    replace(
      this.element,
      h('h1', {}, title),
      h('p', { class: 'print-asked' }, asked.join(' · ')),
      h('p', { class: 'quiet' }, `${drawn()} · `, h('span', { dir: 'ltr' }, viewAddress(taken.view))),
      map && h('figure', {}, captureMap(map, taken.view.point).canvas),
      h('ul', { class: 'print-legend' }, ...legend.map((key) => h('li', {}, key.mark, key.words))),
      h('h2', {}, taken.rows ? tn('reports', matched) : t('count.unanswered')),
      h('ol', { class: 'print-reports' }, ...incidents.slice(0, REPORTS_MAX).map(report)),
      beyond > 0 ? h('p', {}, t('take.print.beyond', { reports: tn('reports', beyond) })) : null,
      h('footer', {}, ...foot.slice(0, 2).map((text) => h('p', { class: 'quiet' }, text))),
    );
  }
}

function report({ properties: p }: Incident): HTMLElement {
  const deaths = formatFatalities(p.fatalities_min, p.fatalities_max);
  const facts = [
    formatDate(p.date, p.date_precision),
    p.place ? sayPlace({ ...p, place: p.place }).text : null,
    formatPrecision(p.position_precision, p.position_uncertainty_m),
    formatBorder(p, p.position_uncertainty_m),
    term('status', p.status),
    deaths && `${t('incident.fatalities')}: ${deaths}`,
  ];
  return h(
    'li',
    {},
    h('p', { class: 'print-title' }, mark(p.category, p.status), h('strong', writtenIn(p.title), p.title)),
    h('p', { class: 'quiet' }, facts.filter(Boolean).join(' · ')),
    p.summary ? h('p', writtenIn(p.summary), p.summary) : null,
    ...p.sources.map(({ name, ref }) => h('p', { class: 'print-source', ...writtenIn(name) }, [name, ref].filter(Boolean).join(': '))),
  );
}
