// The matrix of counts as cells: which lies where, which is next in a direction, and in which class of the heat map.

import type { Profile } from '../api/types';
import { dayStart } from './scales';

export interface Cell {
  readonly bin: number;
  readonly at: number;
  readonly fromKm: number;
  readonly toKm: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
}

export type Direction = 'north' | 'south' | 'earlier' | 'later';

const STEPS: Record<Direction, readonly [bin: number, at: number]> = {
  north: [-1, 0],
  south: [1, 0],
  earlier: [0, -1],
  later: [0, 1],
};

/** As many shades as an eye tells apart at this size. */
const CLASSES_MAX = 4;

export class Cells {
  readonly profile: Profile;
  /** The least count of each class, from the lightest on. */
  readonly classes: readonly number[];
  readonly #edgesMs: readonly number[];

  constructor(profile: Profile) {
    this.profile = profile;
    this.classes = classesOf(profile.count_max);
    const ends = profile.intervals_end ? [profile.intervals_end] : [];
    this.#edgesMs = [...profile.interval_starts, ...ends].map(dayStart);
  }

  cell(bin: number, at: number): Cell | null {
    const { km_edges: km, counts } = this.profile;
    const count = counts[bin]?.[at];
    const [fromKm, toKm, startMs, endMs] = [km[bin], km[bin + 1], this.#edgesMs[at], this.#edgesMs[at + 1]];
    if (count === undefined || fromKm === undefined || toKm === undefined || startMs === undefined || endMs === undefined) return null;
    return { bin, at, fromKm, toKm, startMs, endMs, count };
  }

  /** The cell that holds a moment at a kilometre. */
  holding(ms: number, km: number): Cell | null {
    const { km_edges: edges } = this.profile;
    return this.cell(edges.findLastIndex((edge) => edge <= km), this.#edgesMs.findLastIndex((edge) => edge <= ms));
  }

  /** Those in which something is. */
  filled(): Cell[] {
    const all = this.profile.counts.flatMap((row, bin) => row.map((count, at) => (count ? this.cell(bin, at) : null)));
    return all.filter((cell): cell is Cell => cell !== null);
  }

  next({ bin, at }: Cell, towards: Direction): Cell | null {
    const [bins, times] = STEPS[towards];
    return this.cell(bin + bins, at + times);
  }

  /** The next one in a direction in which something is. */
  nextFilled(from: Cell, towards: Direction): Cell | null {
    let cell = this.next(from, towards);
    while (cell && !cell.count) cell = this.next(cell, towards);
    return cell;
  }

  /** The class of a count, or -1 for none. */
  classOf(count: number): number {
    return this.classes.findLastIndex((least) => count >= least);
  }
}

/** Each count a class of its own while they are few, else classes that grow by a factor. */
export function classesOf(most: number): number[] {
  if (most <= CLASSES_MAX) return Array.from({ length: most }, (_, i) => i + 1);
  const factor = most ** (1 / CLASSES_MAX);
  const steps = Array.from({ length: CLASSES_MAX }, (_, i) => Math.max(i + 1, Math.round(factor ** i)));
  return [...new Set(steps)];
}
