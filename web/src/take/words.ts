// What is asked, in words: one phrase for each thing that narrows a question.

import type { Question } from '../api/query';
import { t, term } from '../i18n';
import type { Area, LngLat } from '../state/view';
import { decimal, formatDay, formatDays, formatExact, formatPosition, whole } from '../text/format';

/** The phrases of a question; none where everything is asked for. */
export function phrases({ filter, near, radiusM }: Question): string[] {
  const said: string[] = [];
  const list = (key: 'category' | 'status' | 'precision', values: readonly string[]): void => {
    if (values.length) said.push(t(`asked.${key}`, { values: values.map((value) => term(key, value)).join(t('asked.comma')) }));
  };
  const time = timeInWords(filter.from, filter.to);
  if (time) said.push(time);
  if (near && radiusM) said.push(aroundInWords(near, radiusM));
  if (filter.area) said.push(areaInWords(filter.area));
  list('category', filter.categories);
  list('status', filter.statuses);
  list('precision', filter.precisions);
  if (filter.countries.length) said.push(t('asked.country', { values: filter.countries.map((code) => term('country', code)).join(t('asked.comma')) }));
  if (filter.text) said.push(t('asked.text', { text: filter.text }));
  return said;
}

export function aroundInWords(near: LngLat, radiusM: number): string {
  return t('asked.near', { radius: formatExact(radiusM), position: formatPosition(near) });
}

function timeInWords(from: string | null, to: string | null): string | null {
  if (from && to) return formatDays(from, to, 'day', 'long');
  if (from) return t('filter.since', { from: formatDay(from, 'day', 'long') });
  return to ? t('filter.until', { to: formatDay(to, 'day', 'long') }) : null;
}

function areaInWords(area: Area): string {
  switch (area.kind) {
    case 'box':
      return t('asked.box', {
        southwest: formatPosition({ lng: area.west, lat: area.south }),
        northeast: formatPosition({ lng: area.east, lat: area.north }),
      });
    case 'polygon':
      return t('asked.polygon', { n: whole(area.corners.length) });
    case 'corridor':
      return t('asked.corridor', { from: decimal(area.fromKm, 1), to: decimal(area.toKm, 1), distance: formatExact(area.withinM) });
  }
}
