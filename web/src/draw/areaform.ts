// The area asked about in numbers: what is drawn with a hand can be read, typed and corrected here.

import { t, type MessageKey } from '../i18n';
import { h, replace } from '../panels/dom';
import { FieldFault } from '../panels/fault';
import { NumberField } from '../panels/numberfield';
import { exchangedArea } from '../state/coordinates';
import { CORNERS_MAX, RADIUS_M_MAX, RADIUS_M_MIN, borderEnd, round, sameArea, type Area, type LngLat, type View } from '../state/view';
import { formatPosition } from '../text/format';
import { writeNumber, type Bounds } from '../text/numbers';
import type { BorderLine } from './borderline';
import { readCorners } from './corners';
import { selfIntersections } from './selfintersections';

type Numbers = Exclude<Area, { kind: 'polygon' }>;
type FieldName = 'west' | 'south' | 'east' | 'north' | 'from' | 'to' | 'within';

const LONGITUDE: Bounds = { min: -180, max: 180 };
const LATITUDE: Bounds = { min: -90, max: 90 };
/** In kilometres, as in links. */
const WITHIN: Bounds = { min: RADIUS_M_MIN / 1000, max: RADIUS_M_MAX / 1000 };
/** Longer than any border, where its length isn't known yet. */
const KM_MAX = 5_000;

export class AreaForm {
  readonly #summary = h('summary', {});
  readonly #form = h('form', { novalidate: true });
  /** Folded: most areas are drawn, and the list is what one looks for. */
  readonly element = h('details', { class: 'area-form', hidden: true }, this.#summary, this.#form);
  readonly #apply: (area: Area | null) => void;
  readonly #border: () => BorderLine | null;
  /** What the numbers make together; what is wrong with one of them stands beside it. */
  readonly #fault = h('p', { class: 'warning', role: 'alert', hidden: true });
  /** The other order of numbers that were plainly exchanged. */
  readonly #offer = h('div', { class: 'area-offer', hidden: true });
  readonly #pending = h('span', { class: 'quiet', role: 'status' });
  #fields = new Map<FieldName, NumberField>();
  #corners: HTMLTextAreaElement | null = null;
  #cornersFault: FieldFault | null = null;
  #area: Area | null = null;

  constructor(border: () => BorderLine | null, apply: (area: Area | null) => void) {
    this.#border = border;
    this.#apply = apply;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#offer.hidden = true;
      const area = this.#area && this.#read(this.#area.kind);
      if (!area) {
        this.#form.querySelector<HTMLElement>('[aria-invalid]')?.focus();
        return;
      }
      const other = this.#exchanged(area);
      if (other) this.#ask(area, other);
      else this.#take(area);
    });
    this.#form.addEventListener('input', () => { this.#pending.textContent = t('field.pending'); });
  }

  #take(area: Area): void {
    this.#pending.textContent = '';
    this.#offer.hidden = true;
    this.#apply(area);
  }

  /** Numbers that lie in the map's region only when exchanged are not guessed at: whoever typed them is asked. */
  #ask(written: Area, exchanged: Area): void {
    const choice = (words: string, area: Area): HTMLElement => h('button', { type: 'button', onclick: () => { this.#take(area); } }, words);
    replace(
      this.#offer,
      h('p', { class: 'warning', role: 'alert' }, t('area.swapped')),
      h('div', { class: 'setting-buttons' }, choice(t('area.swapped.exchange'), exchanged), choice(t('area.swapped.keep'), written)),
    );
    this.#offer.hidden = false;
    this.#offer.querySelector('button')?.focus();
  }

  #exchanged(area: Area): Area | null {
    if (area.kind !== 'polygon') return exchangedArea(area);
    const read = readCorners(this.#corners?.value ?? '');
    return 'corners' in read && read.exchanged ? { kind: 'polygon', corners: read.exchanged } : null;
  }

  show({ filter: { area } }: View): void {
    if (sameArea(area, this.#area)) return;
    const held = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.id : null;
    this.#area = area;
    this.element.hidden = area === null;
    this.#say(null);
    this.#offer.hidden = true;
    this.#pending.textContent = '';
    this.#summary.textContent = area ? t(`area.${area.kind}`) : '';
    replace(this.#form, ...(area ? this.#build(area) : []));
    if (held) document.getElementById(held)?.focus();
  }

  /** Unfolds, with the focus in the first field. */
  open(): void {
    this.element.open = true;
    this.element.querySelector<HTMLElement>('input, textarea')?.focus();
  }

  #build(area: Area): HTMLElement[] {
    return [
      area.kind === 'polygon' ? this.#cornersField(area.corners) : h('div', { class: 'area-numbers' }, ...this.#numbers(area)),
      this.#fault,
      this.#offer,
      h(
        'div',
        { class: 'area-acts' },
        h('button', { type: 'submit' }, t('area.apply')),
        h('button', { type: 'button', class: 'quiet-button', onclick: () => { this.#apply(null); } }, t('empty.area')),
        this.#pending,
      ),
    ];
  }

  #numbers(area: Numbers): HTMLElement[] {
    const alongBorder = (): Bounds => ({ min: 0, max: borderEnd(this.#border()?.lengthKm ?? KM_MAX) });
    const all: [FieldName, number, () => Bounds][] = area.kind === 'corridor'
      ? [['from', area.fromKm, alongBorder], ['to', area.toKm, alongBorder], ['within', area.withinM / 1000, () => WITHIN]]
      : [['west', area.west, () => LONGITUDE], ['south', area.south, () => LATITUDE], ['east', area.east, () => LONGITUDE], ['north', area.north, () => LATITUDE]];
    this.#fields = new Map();
    return all.map(([name, value, bounds]) => {
      const field = new NumberField({ id: `area-${name}`, bounds, words: writeNumber });
      field.show(value);
      this.#fields.set(name, field);
      return h('div', {}, h('label', {}, t(`area.${name}`), field.input), field.fault.element);
    });
  }

  #cornersField(at: readonly LngLat[]): HTMLElement {
    const text = at.map(({ lng, lat }) => `${round(lat, 5)}, ${round(lng, 5)}`).join('\n');
    const box = h('textarea', { id: 'area-corners', rows: String(Math.min(8, at.length + 1)), dir: 'ltr', spellcheck: 'false' });
    box.value = text;
    [this.#corners, this.#cornersFault] = [box, new FieldFault(box)];
    return h('div', {}, h('label', { class: 'area-corners' }, t('area.corners'), box), this.#cornersFault.element);
  }

  /** The area that the fields say; null after saying what is wrong, at the field that it is wrong with. */
  #read(kind: Area['kind']): Area | null {
    this.#say(null);
    if (kind === 'polygon') return this.#readCorners();
    const numbers = new Map([...this.#fields].map(([name, field]) => [name, field.read()]));
    if ([...numbers.values()].includes(null)) return null;
    const number = (name: FieldName): number => numbers.get(name) ?? NaN;
    if (kind === 'corridor') {
      const [fromKm, toKm] = [number('from'), number('to')];
      if (toKm <= fromKm) return this.#refuse('area.fault.corridor');
      return { kind, fromKm, toKm, withinM: Math.round(number('within') * 1000) };
    }
    const [west, south, east, north] = [number('west'), number('south'), number('east'), number('north')];
    if (south >= north) return this.#refuse('area.fault.south');
    if (west >= east) return this.#refuse('area.fault.west');
    return { kind, west, south, east, north };
  }

  #readCorners(): Area | null {
    const read = readCorners(this.#corners?.value ?? '');
    this.#cornersFault?.clear();
    if ('wrongLine' in read) {
      this.#cornersFault?.say(t('area.fault.corner', read.wrongLine), null);
      return null;
    }
    const { corners } = read;
    const [crossing] = selfIntersections(corners, true);
    if (crossing) {
      this.#cornersFault?.say(t('area.fault.crosses', { place: formatPosition(crossing) }), null);
      return null;
    }
    if (corners.length >= 3 && corners.length <= CORNERS_MAX) return { kind: 'polygon', corners };
    this.#cornersFault?.say(t('area.fault.corners', { n: corners.length, most: CORNERS_MAX }), null);
    return null;
  }

  #refuse(key: MessageKey & `area.fault.${string}`): null {
    this.#say(`${t(key)} ${t('area.fault.kept')}`);
    return null;
  }

  #say(words: string | null): void {
    this.#fault.hidden = words === null;
    this.#fault.textContent = words ?? '';
  }
}
