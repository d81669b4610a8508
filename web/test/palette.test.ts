// Categories are told apart by people without one kind of cone, on the map and in the rings of clusters.

import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../src/api/types';
import { GROUND, markOf, type Shape, type Theme } from '../src/map/palette';

type Triple = readonly [number, number, number];

/** Linear sRGB as each kind of eye has it: Machado, Oliveira and Fernandes 2009, severity 1. */
const EYES: Record<string, readonly [Triple, Triple, Triple]> = {
  'all cones': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};

/** What looks like what at the size of a mark. */
const OUTLINES: Record<Shape, string> = {
  cross: 'cross',
  burst: 'burst',
  down: 'triangle down',
  up: 'triangle up',
  arrow: 'arrow',
  diamond: 'diamond',
  square: 'square',
  hexagon: 'round',
  pentagon: 'round',
  disc: 'round',
  small: 'round',
};

/** Distances in Oklab: 0.02 is what one just notices side by side. */
const PLAIN = 0.06;
const LEAST = 0.04;

const THEMES: readonly Theme[] = ['light', 'dark'];
const PAIRS = CATEGORIES.flatMap((a, i) => CATEGORIES.slice(i + 1).map((b) => [a, b] as const));

describe.each(THEMES)('the %s palette', (theme) => {
  for (const [eye, matrix] of Object.entries(EYES)) {
    it(`keeps categories apart for ${eye}`, () => {
      const alike = PAIRS.filter(([a, b]) => {
        const [one, other] = [markOf(a, theme), markOf(b, theme)];
        const apart = distance(seen(one.colour, matrix), seen(other.colour, matrix));
        const sameOutline = OUTLINES[one.shape] === OUTLINES[other.shape];
        return apart < (sameOutline ? PLAIN : LEAST);
      });
      expect(alike).toEqual([]);
    });
  }

  it('has 3:1 against land and badges', () => {
    const { land, badge } = GROUND[theme];
    const faint = CATEGORIES.filter((category) => [land, badge].some((ground) => contrast(markOf(category, theme).colour, ground) < 3));
    expect(faint).toEqual([]);
  });

  it('draws each category in a shape of its own', () => {
    expect(new Set(CATEGORIES.map((category) => markOf(category, theme).shape)).size).toBe(CATEGORIES.length);
  });
});

function seen(colour: string, matrix: readonly [Triple, Triple, Triple]): Triple {
  const rgb = linear(colour);
  const mixed = matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, part, i) => sum + part * (rgb[i] ?? 0), 0))));
  return oklab(mixed as unknown as Triple);
}

function linear(colour: string): Triple {
  const channels = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return channels as unknown as Triple;
}

/** Björn Ottosson's Oklab, in which a step looks as large everywhere. */
function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
}

/** WCAG 2. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [a, b].map((colour) => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
