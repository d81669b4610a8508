// The tool that measures: the way from point to point with its running total, and what it encloses once it is closed.

import type { Feature } from 'geojson';
import { t } from '../i18n';
import type { LngLat } from '../state/view';
import { formatArea, formatLength } from '../text/format';
import { enclosed, geodesicLine, lengthM } from './geodesics';
import { corner, feature, line, position, type Tool } from './tool';

export class MeasureTool implements Tool {
  readonly drags = false;
  readonly #near: (a: LngLat, b: LngLat) => boolean;
  #points: LngLat[] = [];
  #at: LngLat | null = null;
  /** Nothing is added any more; of three points and more the way leads back to the first. */
  #done = false;

  get done(): boolean {
    return this.#done;
  }

  constructor(near: (a: LngLat, b: LngLat) => boolean) {
    this.#near = near;
  }

  /** The measures themselves, once there are any. */
  get hint(): string {
    const points = this.#points;
    if (points.length < 2) return t('measure.start');
    const { areaM2, aroundM } = enclosed(points);
    const way = this.#closed ? t('measure.around', { distance: formatLength(aroundM) }) : t('measure.distance', { distance: formatLength(lengthM(points)) });
    const area = points.length > 2 ? t('measure.area', { area: formatArea(areaM2) }) : null;
    const measured = [way, area].filter(Boolean).join(' · ');
    return this.#done ? `${t('measure.done')} ${measured}` : measured;
  }

  press(at: LngLat): void {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    // What was measured stays until another measuring is asked for.
    if (this.#done) return;
    if (first && this.#points.length > 2 && this.#near(first, at)) {
      this.finish();
      return;
    }
    if (last && this.#near(last, at)) {
      // A double click ends it where it is.
      this.finish();
      return;
    }
    this.#points.push(at);
  }

  hover(at: LngLat): void {
    this.#at = at;
  }

  sketch(): Feature[] {
    const points = this.#points;
    const last = points.at(-1);
    if (!last) return [];
    const way = points.slice(1).flatMap((to, i) => geodesicLine(points[i] ?? to, to).slice(i ? 1 : 0));
    const back = geodesicLine(last, points[0] ?? last);
    const drawn = points.length > 1 ? [line(way)] : [];
    if (points.length > 2) drawn.unshift(feature('area', { type: 'Polygon', coordinates: [[...way, ...back.slice(1)].map(position)] }));
    if (this.#closed) drawn.push(line(back));
    else if (this.#at && !this.#done) drawn.push(line(geodesicLine(last, this.#at), 'ghost'));
    return [...drawn, ...points.map((at, i) => this.#corner(at, i))];
  }

  undo(): boolean {
    if (this.#done) this.#done = false;
    else return this.#points.pop() !== undefined;
    return true;
  }

  /** Measured: closed, if it encloses anything. It stays until it is ended. */
  finish(): boolean {
    this.#done = this.#points.length > 1;
    return false;
  }

  get #closed(): boolean {
    return this.#done && this.#points.length > 2;
  }

  /** Each point says how far the way to it is. */
  #corner(at: LngLat, i: number): Feature {
    const marked = corner(at);
    if (i > 0) marked.properties = { ...marked.properties, label: formatLength(lengthM(this.#points.slice(0, i + 1))) };
    return marked;
  }
}
