// The point asked about: where it lies along the border, the radius, and what was reported around it.

import type { Incident, Located } from '../api/types';
import { t, term, tn } from '../i18n';
import { RADIUS_M_MAX, clampRadius, type LngLat } from '../state/view';
import { decimal, formatDistance, formatPosition } from '../text/format';
import { h, type Child } from './dom';
import { incidentList, type ListEvents } from './list';

export interface AroundEvents extends ListEvents {
  radius(metres: number): void;
  close(): void;
}

export interface Around {
  readonly point: LngLat;
  readonly radiusM: number;
  readonly located: Located | null;
  readonly segmentName: string | null;
  /** Null while the answer is under way. */
  readonly incidents: readonly Incident[] | null;
  /** The nearest ones, where the radius holds none. */
  readonly beyond: readonly Incident[];
}

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
  const box = h('input', { type: 'number', id: 'radius', min: '0.1', max: String(RADIUS_M_MAX / 1000), step: 'any', inputmode: 'decimal' });
  const stop = (): number => (STOPS_KM[Number(slider.value)] ?? 25) * 1000;
  const show = (radiusM: number): void => {
    const km = radiusM / 1000;
    if (stop() !== radiusM) slider.value = String(nearestStop(km));
    slider.setAttribute('aria-valuetext', formatDistance(radiusM));
    if (Number(box.value) !== km) box.value = String(km);
  };
  slider.addEventListener('input', () => {
    show(stop());
    events.preview(stop());
  });
  slider.addEventListener('change', () => { events.change(stop()); });
  box.addEventListener('change', () => {
    if (box.value !== '' && Number(box.value) > 0) events.change(clampRadius(Number(box.value) * 1000));
  });
  const element = h(
    'div',
    { class: 'radius', title: t('point.radius.hint') },
    h('label', { for: 'radius' }, t('point.radius')),
    slider,
    h('span', { class: 'unit' }, box, ' ', t('point.radius.unit')),
  );
  return { element, show };
}

export function aroundHead({ point, located, segmentName }: Around, events: AroundEvents): HTMLElement {
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
  );
}

function locatedWords({ km, distance_m: metres, side, segment }: Located, name: string | null): Child[] {
  const words = [
    t('point.km', { km: decimal(km, 1) }),
    t('point.border', { distance: formatDistance(metres) }),
    side ? term('side', side) : t('point.past'),
  ];
  return [h('strong', {}, words.join(' · ')), h('span', { class: 'quiet block' }, t('point.segment', { segment: name ?? segment }))];
}

export function aroundResults(around: Around, events: AroundEvents): HTMLElement {
  const { incidents, beyond, radiusM } = around;
  if (incidents === null) return h('p', { class: 'quiet' }, t('state.loading'));
  if (incidents.length) {
    return h(
      'div',
      {},
      h('p', { class: 'count' }, h('strong', {}, tn('reports', incidents.length)), ` · ${t('point.distances')}`),
      incidentList(incidents, events),
    );
  }
  const farthest = beyond[0]?.properties.distance_m;
  const wider = farthest === undefined ? null : STOPS_KM.find((km) => km * 1000 > farthest);
  return h(
    'div',
    { class: 'empty' },
    h('p', {}, t('point.empty', { radius: formatDistance(radiusM) })),
    beyond.length ? h('p', { class: 'quiet' }, t('point.nearest')) : null,
    beyond.length ? incidentList(beyond, events) : null,
    wider
      ? h('button', { type: 'button', onclick: () => { events.radius(wider * 1000); } }, t('point.widen', { radius: formatDistance(wider * 1000) }))
      : null,
  );
}

function nearestStop(km: number): number {
  const distances = STOPS_KM.map((stop) => Math.abs(Math.log(stop / km)));
  return distances.indexOf(Math.min(...distances));
}
