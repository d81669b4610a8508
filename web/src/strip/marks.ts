// Single incidents on the strip, in the shapes and colours that they have on the map.

import { select } from 'd3-selection';
import type { MarkedIncident } from '../api/types';
import { mark } from '../panels/marks';
import { textScale } from '../screen';
import { DAY_MS, dayStart, type Scales } from './scales';

const SIZE_PX = 12;
/** Fingers and trembling hands need more than the mark itself. */
const REACH_PX = 9;

export class Marks {
  readonly #group: SVGGElement;
  #incidents: readonly MarkedIncident[] = [];
  #scales: Scales | null = null;

  constructor(group: SVGGElement) {
    this.#group = group;
  }

  draw(incidents: readonly MarkedIncident[], scales: Scales): void {
    const shown = incidents.filter((incident) => inside(incident, scales));
    [this.#incidents, this.#scales] = [shown, scales];
    select(this.#group)
      .selectAll<SVGElement, MarkedIncident>('svg')
      .data(shown, ({ id }) => id)
      .join((entered) => entered.append(({ id, properties: { category, status } }) => drawn(id, category, status)))
      .attr('x', (incident) => xOf(incident, scales) - sizePx() / 2)
      .attr('y', (incident) => yOf(incident, scales) - sizePx() / 2);
  }

  /** The nearest mark under the pointer. */
  near(x: number, y: number): MarkedIncident | null {
    const scales = this.#scales;
    if (!scales) return null;
    let found: MarkedIncident | null = null;
    let least = REACH_PX;
    for (const incident of this.#incidents) {
      const px = Math.hypot(xOf(incident, scales) - x, yOf(incident, scales) - y);
      if (px >= least) continue;
      [found, least] = [incident, px];
    }
    return found;
  }

  highlight(hovered: string | null, selected: string | null): void {
    for (const svg of this.#group.querySelectorAll<SVGElement>('svg')) {
      const { id } = svg.dataset;
      svg.classList.toggle('hovered', id === hovered);
      svg.classList.toggle('selected', id === selected);
    }
    // What is highlighted lies over the others.
    const top = [...this.#group.children].find((svg) => svg.classList.contains('hovered'));
    if (top) this.#group.append(top);
  }
}

/** The time in which it happened: its day, or the month where only that is known. */
export function spanOf({ properties: { date, date_precision: precision } }: MarkedIncident): readonly [number, number] {
  const startMs = dayStart(date.slice(0, 10));
  if (precision !== 'month') return [startMs, startMs + DAY_MS];
  const start = new Date(startMs);
  return [startMs, Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)];
}

function xOf(incident: MarkedIncident, { x }: Scales): number {
  const [startMs, endMs] = spanOf(incident);
  return x((startMs + endMs) / 2);
}

function yOf({ properties }: MarkedIncident, { y }: Scales): number {
  return y(properties.border_km ?? 0);
}

function inside(incident: MarkedIncident, { y, width, x }: Scales): boolean {
  const { border_km: km, date } = incident.properties;
  const [fromKm = 0, toKm = 0] = y.domain();
  const at = x(dayStart(date.slice(0, 10)));
  return km !== null && km >= fromKm && km <= toKm && at >= 0 && at <= width;
}

function sizePx(): number {
  return SIZE_PX * textScale();
}

function drawn(id: string, category: string, status: string): SVGElement {
  const svg = mark(category, status);
  svg.dataset['id'] = id;
  svg.setAttribute('width', String(sizePx()));
  svg.setAttribute('height', String(sizePx()));
  return svg;
}
