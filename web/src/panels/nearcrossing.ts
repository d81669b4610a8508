// The crossing nearest to a report or a point, in a line.

import type { Crossing } from '../api/types';
import { t } from '../i18n';
import { formatUncertain } from '../text/format';
import { displayName } from '../text/names';
import { h, type Child } from './dom';

/** Its name, which opens it, and how far it is, no finer than both positions are known. */
export function nearestCrossing({ id, properties }: Crossing, events: { crossing(id: string): void }, uncertaintyM: number | null = null): Child[] {
  const { distance_m: metres, position_uncertainty_m: own } = properties;
  return [
    h('button', { type: 'button', class: 'link', 'data-crossing': id, onclick: () => { events.crossing(id); } }, displayName(properties)),
    metres === undefined ? null : `${t('asked.comma')}${formatUncertain(metres, Math.max(own ?? 0, uncertaintyM ?? 0))}`,
  ];
}
