// The tools that draw an area: two corners, as many corners as one likes, or two points of the border.

import type { Feature } from 'geojson';
import { t } from '../i18n';
import { CORNERS_MAX, roundPosition, type Area, type LngLat } from '../state/view';
import { boxCorners, boxOf, corridorOf } from './areas';
import type { BorderLine } from './borderline';
import { selfIntersections } from './selfintersections';
import { corner, fault, line, polygon, type Tool } from './tool';

export type Drawn = (area: Area) => void;

export class BoxTool implements Tool {
  readonly hint = t('draw.box');
  readonly drags = true;
  readonly #drawn: Drawn;
  #first: LngLat | null = null;
  #at: LngLat | null = null;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
  }

  press(at: LngLat): void {
    if (!this.#first) {
      this.#first = this.#at = at;
      return;
    }
    this.#at = at;
    this.finish();
  }

  hover(at: LngLat): void {
    if (this.#first) this.#at = at;
  }

  sketch(): Feature[] {
    return this.#first && this.#at ? [polygon(boxCorners(boxOf(this.#first, this.#at)))] : [];
  }

  undo(): boolean {
    const had = this.#first !== null;
    this.#first = this.#at = null;
    return had;
  }

  /** With the pointer's place as the other corner. */
  finish(): boolean {
    const box = this.#first && this.#at && boxOf(this.#first, this.#at);
    if (!box || box.east <= box.west || box.north <= box.south) return false;
    this.#drawn(box);
    return true;
  }
}

export class PolygonTool implements Tool {
  readonly drags = false;
  readonly #drawn: Drawn;
  readonly #near: (a: LngLat, b: LngLat) => boolean;
  #corners: LngLat[] = [];
  /** It was to be closed, and crosses itself. */
  #refused = false;
  #at: LngLat | null = null;

  /** `near` tells whether two positions are one on the screen. */
  constructor(drawn: Drawn, near: (a: LngLat, b: LngLat) => boolean) {
    this.#drawn = drawn;
    this.#near = near;
  }

  press(at: LngLat): void {
    const [first, last] = [this.#corners[0], this.#corners.at(-1)];
    // The first corner again, or a double click on the last, closes the area.
    const closes = (first && this.#near(first, at)) ?? false;
    const repeats = (last && this.#near(last, at)) ?? false;
    if ((closes || repeats) && this.finish()) return;
    this.#refused &&= closes || repeats;
    if (!closes && !repeats && this.#corners.length < CORNERS_MAX) this.#corners.push(roundPosition(at));
  }

  hover(at: LngLat): void {
    this.#at = at;
  }

  get hint(): string {
    return t(this.#crossings().length ? 'draw.crosses' : 'draw.polygon');
  }

  sketch(): Feature[] {
    const points = this.#points();
    const closed = this.#refused ? [line([...points, ...points.slice(0, 1)])] : [polygon(points)];
    const shape = points.length > 2 ? closed : points.length > 1 ? [line(points)] : [];
    return [...shape, ...this.#corners.map(corner), ...this.#crossings().map(fault)];
  }

  undo(): boolean {
    this.#refused = false;
    return this.#corners.pop() !== undefined;
  }

  finish(): boolean {
    if (this.#corners.length < 3) return false;
    // An area that crosses itself has no inside: it stays under the hand until it is mended.
    this.#refused = selfIntersections(this.#corners, true).length > 0;
    if (this.#refused) return false;
    this.#drawn({ kind: 'polygon', corners: this.#corners });
    return true;
  }

  /** The corners, and where the next one would be. */
  #points(): LngLat[] {
    return this.#at && this.#corners.length && !this.#refused ? [...this.#corners, this.#at] : this.#corners;
  }

  /** Where it crosses itself; the edge that closes it counts only once it was to be closed. */
  #crossings(): LngLat[] {
    return selfIntersections(this.#points(), this.#refused);
  }
}

export class CorridorTool implements Tool {
  readonly hint = t('draw.corridor');
  readonly drags = false;
  readonly #drawn: Drawn;
  readonly #border: () => BorderLine | null;
  #first: number | null = null;
  #at: number | null = null;

  constructor(drawn: Drawn, border: () => BorderLine | null) {
    this.#drawn = drawn;
    this.#border = border;
  }

  press(at: LngLat): void {
    const border = this.#border();
    const km = border?.nearest(at)?.km;
    if (!border || km === undefined) return;
    const begins = this.#first === null;
    this.#first ??= km;
    this.#at = km;
    if (!begins) this.finish();
  }

  hover(at: LngLat): void {
    this.#at = this.#border()?.nearest(at)?.km ?? null;
  }

  sketch(): Feature[] {
    const border = this.#border();
    const under = border && this.#at !== null ? border.at(this.#at) : null;
    if (!border || !under || this.#at === null) return [];
    if (this.#first === null) return [corner(under)];
    const [from, to] = [Math.min(this.#first, this.#at), Math.max(this.#first, this.#at)];
    const start = border.at(this.#first);
    return [line(border.stretch(from, to)), corner(under), ...(start ? [corner(start)] : [])];
  }

  undo(): boolean {
    const had = this.#first !== null;
    this.#first = null;
    return had;
  }

  /** With the border's place nearest to the pointer as the other end. */
  finish(): boolean {
    const border = this.#border();
    if (!border || this.#first === null || this.#at === null) return false;
    this.#drawn(corridorOf(border, this.#first, this.#at));
    return true;
  }
}
