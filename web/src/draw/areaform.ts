// The area asked about in numbers: what is drawn with a hand can be read, typed and corrected here.

import { t } from '../i18n';
import { h, replace } from '../panels/dom';
import { westernDigits } from '../state/coordinates';
import { CORNERS_MAX, round, sameArea, type Area, type LngLat, type View } from '../state/view';

export class AreaForm {
  readonly #summary = h('summary', {});
  readonly #form = h('form', {});
  /** Folded: most areas are drawn, and the list is what one looks for. */
  readonly element = h('details', { class: 'area-form', hidden: true }, this.#summary, this.#form);
  readonly #apply: (area: Area | null) => void;
  readonly #fault = h('p', { class: 'warning', role: 'alert', hidden: true }, t('area.fault'));
  #area: Area | null = null;

  constructor(apply: (area: Area | null) => void) {
    this.#apply = apply;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const area = this.#area && this.#read(this.#area.kind);
      this.#fault.hidden = area !== null;
      if (area) apply(area);
    });
  }

  show({ filter: { area } }: View): void {
    if (sameArea(area, this.#area)) return;
    const held = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.id : null;
    this.#area = area;
    this.element.hidden = area === null;
    this.#fault.hidden = true;
    this.#summary.textContent = area ? t(`area.${area.kind}`) : '';
    replace(this.#form, ...(area ? this.#fields(area) : []));
    if (held) document.getElementById(held)?.focus();
  }

  /** Unfolds, with the focus in the first field. */
  open(): void {
    this.element.open = true;
    this.element.querySelector<HTMLElement>('input, textarea')?.focus();
  }

  #fields(area: Area): HTMLElement[] {
    return [
      area.kind === 'polygon' ? corners(area.corners) : h('div', { class: 'area-numbers' }, ...numbers(area)),
      this.#fault,
      h(
        'div',
        { class: 'area-acts' },
        h('button', { type: 'submit' }, t('area.apply')),
        h('button', { type: 'button', class: 'quiet-button', onclick: () => { this.#apply(null); } }, t('empty.area')),
      ),
    ];
  }

  #read(kind: Area['kind']): Area | null {
    const number = (id: string): number => Number(this.element.querySelector<HTMLInputElement>(`#area-${id}`)?.value || NaN);
    switch (kind) {
      case 'box': {
        const [west, south, east, north] = [number('west'), number('south'), number('east'), number('north')];
        return onEarth(west, south) && onEarth(east, north) && west < east && south < north ? { kind, west, south, east, north } : null;
      }
      case 'corridor': {
        const [fromKm, toKm, withinKm] = [number('from'), number('to'), number('within')];
        return fromKm >= 0 && toKm > fromKm && withinKm > 0 ? { kind, fromKm, toKm, withinM: Math.round(withinKm * 1000) } : null;
      }
      case 'polygon': {
        const lines = westernDigits(this.element.querySelector('textarea')?.value ?? '').split('\n').filter((line) => line.trim());
        const read = lines.map((line) => line.trim().split(/[\s,]+/).map(Number));
        const at = read.map(([lat = NaN, lng = NaN, ...more]): LngLat | null => (more.length || !onEarth(lng, lat) ? null : { lng, lat }));
        const whole = at.filter((corner) => corner !== null);
        return whole.length === at.length && at.length >= 3 && at.length <= CORNERS_MAX ? { kind, corners: whole } : null;
      }
    }
  }
}

function numbers(area: Exclude<Area, { kind: 'polygon' }>): HTMLElement[] {
  const field = (id: 'west' | 'south' | 'east' | 'north' | 'from' | 'to' | 'within', value: number): HTMLElement =>
    h('label', {}, t(`area.${id}`), h('input', { type: 'number', step: 'any', inputmode: 'decimal', id: `area-${id}`, value: String(value) }));
  if (area.kind === 'corridor') return [field('from', area.fromKm), field('to', area.toKm), field('within', area.withinM / 1000)];
  return [field('west', area.west), field('south', area.south), field('east', area.east), field('north', area.north)];
}

function corners(at: readonly LngLat[]): HTMLElement {
  const text = at.map(({ lng, lat }) => `${round(lat, 5)}, ${round(lng, 5)}`).join('\n');
  const box = h('textarea', { id: 'area-corners', rows: String(Math.min(8, at.length + 1)), dir: 'ltr', spellcheck: 'false' });
  box.value = text;
  return h('label', { class: 'area-corners' }, t('area.corners'), box);
}

function onEarth(lng: number, lat: number): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}
