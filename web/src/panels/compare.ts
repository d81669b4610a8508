// Before and after: counts per segment of the border in a window before a day and in one as long after it.

import { Unreachable, compared, isAbort } from '../api/client';
import type { Compared } from '../api/types';
import { t } from '../i18n';
import { changeClass, FEW, isFew } from '../map/change';
import { WINDOW_DAYS_MAX, sameFilter, type Comparison, type Filter, type View } from '../state/view';
import { AGREEMENTS } from '../strip/agreements';
import { formatDay, formatDays, signed, whole } from '../text/format';
import { timeWords } from './chips';
import { DayField } from './dayfield';
import { h, replace } from './dom';
import { NumberField } from './numberfield';

export interface CompareEvents {
  compare(comparison: Comparison | null): void;
  filter(filter: Filter): void;
  /** The answer to draw on the map; null where nothing is compared. */
  answered(answer: Compared | null): void;
  hover(segment: string | null): void;
  /** Runs a question so that waiting and failure are shown where the page shows them. */
  during(task: () => Promise<void>): Promise<void>;
  segmentName(id: string): string | null;
}

type Counts = Pick<Compared['total'], 'before' | 'after' | 'change'>;

const WINDOWS_DAYS = [30, 90, 180, 365];
const OWN = 'own';

/** What is compared first: a year before and after the first agreement. */
export const COMPARE_FIRST: Comparison = { at: '2023-03-19', windowDays: 365 };

export class Compare {
  readonly element = h('section', { class: 'compare', id: 'compare', 'aria-labelledby': 'compare-title', hidden: true });
  readonly #events: CompareEvents;
  readonly #agreements: HTMLButtonElement[];
  readonly #at: DayField;
  readonly #window: HTMLSelectElement;
  readonly #days: NumberField;
  /** The filter's days, where it has any, are not this comparison's. */
  readonly #uncompared = h('p', { class: 'compare-uncompared', hidden: true });
  /** While the server is away, the numbers below are the ones of the question before. */
  readonly #earlier = h('p', { class: 'unanswered', hidden: true }, t('state.earlier'));
  readonly #answer = h('div', { class: 'compare-answer' });
  #comparison: Comparison = COMPARE_FIRST;
  #filter: Filter | null = null;
  #open = false;
  #asking: AbortController | null = null;
  #answered: Compared | null = null;
  /** The names of the segments as they were written; they may come after the answer. */
  #names = '';

  constructor(events: CompareEvents) {
    this.#events = events;
    this.#agreements = AGREEMENTS.map(({ day, name }) =>
      h('button', { type: 'button', 'data-day': day, onclick: () => { this.#ask({ at: day }); } }, t(name, { date: formatDay(day, 'day', 'long') })));
    this.#at = new DayField('compare-at', t('compare.at'), (day) => {
      // There is no comparison without a day: an emptied field shows the old one.
      if (day) this.#ask({ at: day });
      else this.#at.day = this.#comparison.at;
    });
    this.#window = h('select', { id: 'compare-window', onchange: () => { this.#chooseWindow(); } },
      ...WINDOWS_DAYS.map((days) => h('option', { value: String(days) }, t('compare.days', { n: days }))), h('option', { value: OWN }, t('compare.own')));
    this.#days = new NumberField({
      id: 'compare-days',
      label: t('compare.own.days'),
      bounds: () => ({ min: 1, max: WINDOW_DAYS_MAX, whole: true }),
      words: (n) => t('compare.days', { n }),
    }, (windowDays) => { this.#ask({ windowDays }); });
    this.#build();
  }

  show(view: View): void {
    const { compare, filter, selected, group } = view;
    // Details take the panel's place; the comparison is there again when they are closed.
    this.element.hidden = !compare || selected !== null || group !== null;
    if (!compare) {
      if (this.#open) this.#close();
      return;
    }
    const opened = !this.#open;
    const asked = opened || compare.at !== this.#comparison.at || compare.windowDays !== this.#comparison.windowDays;
    const filtered = !this.#filter || !sameFilter({ ...filter, from: null, to: null }, { ...this.#filter, from: null, to: null });
    [this.#comparison, this.#filter, this.#open] = [compare, filter, true];
    this.#showForm(compare);
    const dated = filter.from !== null || filter.to !== null;
    this.#uncompared.hidden = !dated;
    this.#uncompared.textContent = dated ? t('compare.uncompared', { days: timeWords(filter.from, filter.to) }) : '';
    if (asked || filtered) this.#question(compare, filter);
    else if (this.#answered && this.#namesOf(this.#answered) !== this.#names) this.#show(this.#answered);
  }

  /** Asks anew: the data are others. */
  anew(): void {
    if (this.#open && this.#filter) this.#question(this.#comparison, this.#filter);
  }

  focus(): void {
    this.element.querySelector('h2')?.focus();
  }

  #close(): void {
    this.#open = false;
    this.#asking?.abort();
    this.#answered = null;
    replace(this.#answer);
    this.#events.answered(null);
  }

  #ask(part: Partial<Comparison>): void {
    this.#events.compare({ ...this.#comparison, ...part });
  }

  #question(comparison: Comparison, filter: Filter): void {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    void this.#events.during(async () => {
      try {
        this.#earlier.hidden = true;
        const answer = await compared(filter, comparison, asking.signal);
        this.#show(answer);
        this.#events.answered(answer);
      } catch (cause) {
        // Numbers of an older question are none of this one's.
        this.#earlier.hidden = !(cause instanceof Unreachable && this.#answer.childElementCount > 0);
        if (!isAbort(cause) && !(cause instanceof Unreachable)) {
          this.#answered = null;
          replace(this.#answer, h('p', { class: 'unanswered' }, t('list.unanswered')));
          this.#events.answered(null);
        }
        throw cause;
      }
    });
  }

  #chooseWindow(): void {
    const own = this.#window.value === OWN;
    this.#days.input.hidden = !own;
    if (own) this.#days.input.focus();
    else this.#ask({ windowDays: Number(this.#window.value) });
  }

  #build(): void {
    replace(
      this.element,
      h('div', { class: 'compare-head' },
        h('h2', { id: 'compare-title', tabindex: '-1' }, t('compare.title')),
        h('button', { type: 'button', class: 'quiet-button', id: 'compare-close', onclick: () => { this.#events.compare(null); } }, t('compare.close'))),
      h('div', { class: 'compare-days', role: 'group', 'aria-label': t('compare.agreements') }, ...this.#agreements),
      h('div', { class: 'row' },
        this.#at.element,
        h('label', {}, t('compare.window'), this.#window),
        this.#days.input),
      this.#days.fault.element,
      this.#uncompared,
      this.#earlier,
      this.#answer,
    );
  }

  #showForm({ at, windowDays }: Comparison): void {
    for (const button of this.#agreements) button.setAttribute('aria-pressed', String(button.dataset['day'] === at));
    this.#at.day = at;
    const usual = WINDOWS_DAYS.includes(windowDays);
    this.#window.value = usual ? String(windowDays) : OWN;
    this.#days.input.hidden = usual;
    this.#days.show(windowDays);
  }

  #show(answer: Compared): void {
    const { segments, unplaced, total, undated } = answer;
    [this.#answered, this.#names] = [answer, this.#namesOf(answer)];
    const apart = total.straddling + undated;
    replace(
      this.#answer,
      ...this.#windows(answer),
      h('table', {},
        h('caption', { class: 'hidden' }, t('compare.caption')),
        h('thead', {}, h('tr', {}, ...(['segment', 'before', 'after', 'change'] as const).map((name) => h('th', { scope: 'col' }, t(`compare.${name}`))))),
        h('tbody', {},
          ...segments.map((counts) => this.#segment(counts.segment, counts.name, counts)),
          unplaced.before + unplaced.after ? row(t('compare.unplaced'), unplaced) : null),
        h('tfoot', {}, row(t('compare.total'), total))),
      legend(),
      h('p', { class: 'quiet' }, t('compare.few', { n: FEW })),
      apart ? h('p', { class: 'quiet' }, t('compare.apart', { n: apart })) : null,
      h('p', { class: 'quiet' }, t('compare.sample')),
    );
  }

  /** Both windows with a button that lists what was reported in each, and a warning where one leaves the data. */
  #windows({ windows, coverage }: Compared): (HTMLElement | null)[] {
    const line = (name: 'before' | 'after'): HTMLElement => {
      const [from, to] = [windows[name].from.slice(0, 10), dayBefore(windows[name].until)];
      return h('p', { class: 'compare-line' }, h('span', {}, h('strong', {}, t(`compare.${name}`)), ' ', formatDays(from, to)),
        h('button', { type: 'button', class: 'quiet-button', 'data-list': name, onclick: () => { this.#list(from, to); } }, t('compare.list')));
    };
    const outside = windows.before.incomplete || windows.after.incomplete;
    const data = coverage?.first && coverage.last ? formatDays(coverage.first, coverage.last) : t('compare.nodata');
    const which = (['before', 'after'] as const).filter((name) => windows[name].incomplete).map((name) => t(`compare.${name}`)).join(t('compare.and'));
    return [line('before'), line('after'), outside ? h('p', { class: 'warning' }, t('compare.incomplete', { which, data })) : null];
  }

  #list(from: string, to: string): void {
    if (this.#filter) this.#events.filter({ ...this.#filter, from, to });
  }

  #namesOf({ segments }: Compared): string {
    return segments.map(({ segment, name }) => this.#name(segment, name)).join('\n');
  }

  #name(id: string, name: string | null): string {
    return this.#events.segmentName(id) ?? name ?? id;
  }

  #segment(id: string, name: string | null, counts: Counts): HTMLElement {
    const drawn = row(this.#name(id, name), counts);
    drawn.dataset['segment'] = id;
    drawn.addEventListener('pointerenter', () => { this.#events.hover(id); });
    drawn.addEventListener('pointerleave', () => { this.#events.hover(null); });
    return drawn;
  }
}

function row(name: string, counts: Counts): HTMLTableRowElement {
  const { before, after, change } = counts;
  const nothing = before + after === 0;
  const few = isFew(counts);
  return h('tr', { class: few ? 'few' : null },
    h('th', { scope: 'row' }, swatch(changeClass(before, after), few), name),
    h('td', {}, whole(before)),
    h('td', {}, whole(after)),
    h('td', {}, nothing ? whole(0) : signed(change), few && !nothing ? h('span', { class: 'hidden' }, ` ${t('compare.few.short')}`) : null));
}

function legend(): HTMLElement {
  const line = (picture: Node, words: string): HTMLElement => h('li', {}, picture, words);
  return h('ul', { class: 'compare-legend', 'aria-label': t('compare.legend') },
    ...([0, 1, 2, 3, 4] as const).map((index) => line(swatch(index, false), t(`compare.class.${index}`))),
    line(swatch(null, true), t('compare.class.none')),
    line(swatch(2, true), t('compare.few.short')));
}

function swatch(index: ReturnType<typeof changeClass>, few: boolean): HTMLElement {
  return h('i', { class: `change change-${index ?? 'none'} ${few ? 'change-few' : ''}`, 'aria-hidden': 'true' });
}

/** Windows are half-open; people count the last day in. */
function dayBefore(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString().slice(0, 10);
}
