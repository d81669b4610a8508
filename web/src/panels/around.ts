// The point asked about: where it lies along the border, the radius, and what was reported around it.

import type { Crossing, Incident, Located } from '../api/types';
import { t, term, type MessageKey } from '../i18n';
import { exchanged } from '../state/coordinates';
import { RADIUS_M_MAX, RADIUS_M_MIN, clampRadius, isOnMap, type LngLat } from '../state/view';
import { decimal, formatDistance, formatExact, formatPosition } from '../text/format';
import { h, type Child } from './dom';
import { nearestCrossing } from './nearcrossing';
import { notations } from './notations';
import { NumberField } from './numberfield';

export interface AroundEvents {
  close(): void;
  crossing(id: string): void;
  /** Back to what the map can show. */
  border(): void;
  /** The point with its numbers exchanged. */
  ask(at: LngLat): void;
}

export interface Around {
  readonly point: LngLat;
  readonly located: Located | null;
  readonly segmentName: string | null;
  /** The nearest one, with its distance. */
  readonly crossing: Crossing | null;
}

/** What is said of a point that is on neither side. */
const NO_SIDE: Record<NonNullable<Located['side_unknown']>, MessageKey> = {
  outside: 'point.outside',
  'near-outer-border': 'point.nearouter',
  'on-the-line': 'point.online',
  'past-the-end': 'point.past',
  'no-outlines': 'point.nooutlines',
};
/** Nearer is on the line: positions are kept to a metre or so, which tells no side. */
const ON_LINE_M = 2;
/** As near to where both countries end their outlines don't tell what is inside (the API's description). */
const OUTLINE_ERROR_M = 7000;

/** The slider's stops in kilometres: even steps would waste most of it on radii that nobody asks for. */
const STOPS_KM = [1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300];

export interface RadiusEvents {
  /** While the slider moves. */
  preview(metres: number): void;
  change(metres: number): void;
}

/** Slider and number box; made once, so that they keep focus while answers come and go. */
export function radiusControl(events: RadiusEvents): { element: HTMLElement; show(radiusM: number): void } {
  const slider = h('input', { type: 'range', id: 'radius-slider', min: '0', max: String(STOPS_KM.length - 1), step: '1', 'aria-label': t('point.radius') });
  const bounds = { min: RADIUS_M_MIN / 1000, max: RADIUS_M_MAX / 1000, unit: t('point.radius.unit') };
  const field = new NumberField(
    { id: 'radius', bounds: () => bounds, words: (km) => formatExact(km * 1000) },
    (km) => { events.change(clampRadius(km * 1000)); },
  );
  const stop = (): number => (STOPS_KM[Number(slider.value)] ?? 25) * 1000;
  const show = (radiusM: number): void => {
    const km = radiusM / 1000;
    if (stop() !== radiusM) slider.value = String(nearestStop(km));
    slider.setAttribute('aria-valuetext', formatExact(radiusM));
    field.show(km);
  };
  slider.addEventListener('input', () => {
    slider.setAttribute('aria-valuetext', formatExact(stop()));
    field.follow(stop() / 1000);
    events.preview(stop());
  });
  slider.addEventListener('change', () => { events.change(stop()); });
  const element = h(
    'div',
    { class: 'radius', title: t('point.radius.hint') },
    h('label', { for: 'radius' }, t('point.radius')),
    slider,
    h('span', { class: 'unit' }, field.input, ' ', t('point.radius.unit')),
    field.fault.element,
  );
  return { element, show };
}

export function aroundHead({ point, located, segmentName, crossing }: Around, events: AroundEvents): HTMLElement {
  return h(
    'header',
    { class: 'around' },
    h(
      'div',
      { class: 'around-title' },
      h('h2', { tabindex: '-1' }, t('point.title')),
      h('button', { type: 'button', class: 'quiet-button', onclick: () => { events.close(); } }, t('point.close')),
    ),
    h('p', { class: 'position' }, formatPosition(point)),
    located ? h('p', { class: 'located', 'data-km': located.km.toFixed(3) }, ...locatedWords(located, segmentName)) : null,
    isOnMap(point) ? null : offMap(point, events),
    crossing ? h('p', { class: 'near-crossing' }, `${t('crossing.nearest')}: `, ...nearestCrossing(crossing, events)) : null,
    notations(point),
  );
}

/** Said where the map has no ground to show; numbers that fit the other way round may be exchanged. */
function offMap(point: LngLat, events: AroundEvents): HTMLElement {
  const swapped = exchanged(point);
  const button = (key: 'area.swapped.exchange' | 'point.tomap', act: () => void): HTMLElement => h('button', { type: 'button', onclick: act }, t(key));
  return h(
    'p',
    { class: 'off-map' },
    `${t('point.offmap')} `,
    ...(isOnMap(swapped) ? [`${t('area.swapped')} `, button('area.swapped.exchange', () => { events.ask(swapped); }), ' '] : []),
    button('point.tomap', () => { events.border(); }),
  );
}

/** Where a point lies: on which side, or why on none. */
export function sideWords({ side, side_unknown: reason }: Pick<Located, 'side' | 'side_unknown'>): string {
  return side ? term('side', side) : t(NO_SIDE[reason ?? 'past-the-end'], { distance: formatExact(OUTLINE_ERROR_M) });
}

/** How far from the border and on which side; of what is on the line only that. */
export function standing(located: Pick<Located, 'distance_m' | 'side' | 'side_unknown'>): string[] {
  const { distance_m: metres } = located;
  if (metres < ON_LINE_M) return [sideWords({ side: null, side_unknown: 'on-the-line' })];
  return [t('point.border', { distance: formatDistance(metres) }), sideWords(located)];
}

function locatedWords(located: Located, name: string | null): Child[] {
  const { km, segment } = located;
  const words = [t('point.km', { km: decimal(km, 1) }), ...standing(located)];
  return [h('strong', {}, words.join(' · ')), h('span', { class: 'quiet block' }, t('point.segment', { segment: name ?? segment }))];
}

/** Where the radius holds nothing: said so, with how far to widen it to reach the nearest, and what of the filter to drop. */
export function nothingAround(radiusM: number, beyond: readonly Incident[], relax: HTMLElement | null, widen: (metres: number) => void): HTMLElement {
  const farthest = beyond[0]?.properties.distance_m;
  const wider = farthest === undefined ? null : STOPS_KM.find((km) => km * 1000 > farthest);
  return h(
    'div',
    { class: 'empty' },
    h('p', {}, t('point.empty', { radius: formatExact(radiusM) })),
    wider ? h('button', { type: 'button', onclick: () => { widen(wider * 1000); } }, t('point.widen', { radius: formatExact(wider * 1000) })) : null,
    relax,
    beyond.length ? h('p', { class: 'quiet' }, t('point.nearest')) : null,
  );
}

function nearestStop(km: number): number {
  const distances = STOPS_KM.map((stop) => Math.abs(Math.log(stop / km)));
  return distances.indexOf(Math.min(...distances));
}
