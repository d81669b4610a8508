// Colours and shapes. Every category differs in shape as well as colour, so that neither is needed alone.

import { CATEGORIES, type Category } from '../api/types';

export type Theme = 'light' | 'dark';

/** Shapes on a 24 × 24 grid, as SVG paths: the canvas icons and the legend draw the same. */
export type Shape = keyof typeof SHAPES;

interface Mark {
  readonly shape: Shape;
  readonly light: string;
  readonly dark: string;
}

/**
 * Chosen by search: each hue is near what its category calls for and has 3:1 against the land and the badges of
 * its theme, and lightness sets apart what red, green and blue don't for people without one kind of cone. A test
 * holds that.
 */
const MARKS: Record<Category, Mark> = {
  clash: { shape: 'cross', light: '#f5524a', dark: '#da4814' },
  strike: { shape: 'down', light: '#57207c', dark: '#c782e6' },
  shelling: { shape: 'up', light: '#4c0d1f', dark: '#b67285' },
  explosion: { shape: 'burst', light: '#915342', dark: '#d8913f' },
  'border-guard-shooting': { shape: 'diamond', light: '#4f36bc', dark: '#776cf6' },
  smuggling: { shape: 'hexagon', light: '#7c8c01', dark: '#eef44b' },
  protest: { shape: 'pentagon', light: '#684503', dark: '#fab81b' },
  displacement: { shape: 'arrow', light: '#03747e', dark: '#a0ffe3' },
  'crossing-status': { shape: 'square', light: '#4d9a79', dark: '#aede94' },
  diplomatic: { shape: 'disc', light: '#048bfd', dark: '#46defc' },
  other: { shape: 'small', light: '#3b444c', dark: '#a9abad' },
};

export const SHAPES = {
  cross: cross(3.1, 10.5),
  down: 'M2 4.5H22L12 22Z',
  up: 'M2 19.5H22L12 2Z',
  burst: star(8, 11, 5.6),
  diamond: 'M12 1L22 12 12 23 2 12Z',
  hexagon: polygon(6, 10.5),
  pentagon: polygon(5, 10.8),
  arrow: 'M3 3.5H11.5L21.5 12 11.5 20.5H3L9 12Z',
  square: 'M3.5 3.5H20.5V20.5H3.5Z',
  disc: 'M12 2.5A9.5 9.5 0 1 1 12 21.5 9.5 9.5 0 1 1 12 2.5Z',
  small: 'M12 5.5A6.5 6.5 0 1 1 12 18.5 6.5 6.5 0 1 1 12 5.5Z',
};

export function markOf(category: string, theme: Theme): { shape: Shape; colour: string } {
  const known = CATEGORIES.find((name) => name === category) ?? 'other';
  return { shape: MARKS[known].shape, colour: MARKS[known][theme] };
}

/** The quiet colours below the data. */
export interface Ground {
  readonly water: string;
  readonly waterLine: string;
  readonly land: string;
  readonly landBeyond: string;
  readonly province: string;
  readonly boundary: string;
  readonly border: string;
  readonly borderAlternate: string;
  readonly borderCasing: string;
  readonly text: string;
  readonly textFaint: string;
  readonly textWater: string;
  readonly halo: string;
  readonly crossing: string;
  readonly crossingFill: string;
  readonly crossingClosed: string;
  readonly crossingUnverified: string;
  /** The shaded relief, whose greys are spread between the two. */
  readonly relief: { readonly darkest: number; readonly lightest: number; readonly saturation: number; readonly opacity: number };
  /** The band of water under the border where it runs in a river. */
  readonly riverBand: string;
  readonly ask: string;
  readonly badge: string;
  readonly badgeLine: string;
}

export const GROUND: Record<Theme, Ground> = {
  light: {
    water: '#cfdfe8',
    waterLine: '#9fc0d3',
    land: '#fdfbf5',
    landBeyond: '#eae6dc',
    province: '#b9b2a3',
    boundary: '#9a948a',
    border: '#a61b16',
    borderAlternate: '#dd5f4c',
    borderCasing: '#fffaf2',
    text: '#2b2f33',
    textFaint: '#6d6a63',
    textWater: '#44748f',
    halo: '#fbf9f4',
    crossing: '#0b4f7a',
    crossingFill: '#ffffff',
    crossingClosed: '#7d1712',
    crossingUnverified: '#5c5f63',
    riverBand: '#8fb9d2',
    relief: { darkest: 0.7, lightest: 1, saturation: 0, opacity: 0.42 },
    ask: '#0057b8',
    badge: '#ffffff',
    badgeLine: '#3a3f44',
  },
  dark: {
    water: '#0d1a24',
    waterLine: '#2c4a5e',
    land: '#1d2329',
    landBeyond: '#161b20',
    province: '#47505a',
    boundary: '#616b75',
    border: '#ff5f52',
    borderAlternate: '#ffb3a1',
    borderCasing: '#120b0b',
    text: '#e8eaec',
    textFaint: '#a3abb3',
    textWater: '#7fb0cc',
    halo: '#14191e',
    crossing: '#8fd0ff',
    crossingFill: '#10222f',
    crossingClosed: '#ffa79e',
    crossingUnverified: '#b4bcc4',
    riverBand: '#3f6c8a',
    relief: { darkest: 0, lightest: 0.36, saturation: -1, opacity: 0.55 },
    ask: '#6cb8ff',
    badge: '#20272e',
    badgeLine: '#dfe4e8',
  },
};

/**
 * From far fewer (purple) over about as many (grey) to far more (orange), after Brewer's PuOr: told apart by all
 * common kinds of colour vision. The same are in compare.css.
 */
export const CHANGE: Record<Theme, { readonly none: string; readonly classes: readonly [string, string, string, string, string] }> = {
  light: { none: '#c9c5bb', classes: ['#542788', '#9a86c4', '#8b8984', '#e8993a', '#b35806'] },
  dark: { none: '#4a535c', classes: ['#b497f0', '#7f68b5', '#9aa0a6', '#c0761c', '#ffae4a'] },
};

function polygon(sides: number, radius: number): string {
  return outline(Array.from({ length: sides }, (_, i) => ray((i * 2 * Math.PI) / sides, radius)));
}

function star(points: number, outer: number, inner: number): string {
  const corners = Array.from({ length: points * 2 }, (_, i) => ray((i * Math.PI) / points, i % 2 ? inner : outer));
  return outline(corners);
}

/** A plus turned by 45 degrees. */
function cross(half: number, arm: number): string {
  const corners = [
    [-half, -arm], [half, -arm], [half, -half], [arm, -half], [arm, half], [half, half],
    [half, arm], [-half, arm], [-half, half], [-arm, half], [-arm, -half], [-half, -half],
  ] as const;
  return outline(corners.map(([x, y]) => [12 + (x - y) * Math.SQRT1_2, 12 + (x + y) * Math.SQRT1_2]));
}

function ray(angle: number, radius: number): [number, number] {
  return [12 + radius * Math.sin(angle), 12 - radius * Math.cos(angle)];
}

function outline(corners: readonly (readonly [number, number])[]): string {
  return `M${corners.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`;
}
