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
 * Hues after Paul Tol's "muted" scheme (colour-blind safe), darkened or lightened until each has 3:1
 * against the land of its theme.
 */
const MARKS: Record<Category, Mark> = {
  clash: { shape: 'cross', light: '#c0392b', dark: '#ff7a6b' },
  strike: { shape: 'down', light: '#882288', dark: '#dd8fe0' },
  shelling: { shape: 'up', light: '#7a1f4f', dark: '#f08cb8' },
  explosion: { shape: 'burst', light: '#c25a00', dark: '#ffab4d' },
  'border-guard-shooting': { shape: 'diamond', light: '#332288', dark: '#a59bff' },
  smuggling: { shape: 'hexagon', light: '#6b6b12', dark: '#c9c65a' },
  protest: { shape: 'pentagon', light: '#8a6d00', dark: '#f0d264' },
  displacement: { shape: 'arrow', light: '#0b7a75', dark: '#5cd6c9' },
  'crossing-status': { shape: 'square', light: '#117733', dark: '#6fd08c' },
  diplomatic: { shape: 'disc', light: '#1f6fb2', dark: '#88ccee' },
  other: { shape: 'small', light: '#5f6468', dark: '#c3c8cc' },
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
  readonly ask: string;
  readonly badge: string;
  readonly badgeLine: string;
}

export const GROUND: Record<Theme, Ground> = {
  light: {
    water: '#cfdfe8',
    waterLine: '#9fc0d3',
    land: '#f7f4ec',
    landBeyond: '#ebe8e1',
    province: '#b9b2a3',
    boundary: '#9a948a',
    border: '#b3261e',
    borderAlternate: '#d9534a',
    borderCasing: '#fffaf2',
    text: '#2b2f33',
    textFaint: '#6d6a63',
    textWater: '#44748f',
    halo: '#fbf9f4',
    crossing: '#0b4f7a',
    crossingFill: '#ffffff',
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
    border: '#ff6b5e',
    borderAlternate: '#ff9d8a',
    borderCasing: '#120b0b',
    text: '#e8eaec',
    textFaint: '#a3abb3',
    textWater: '#7fb0cc',
    halo: '#14191e',
    crossing: '#8fd0ff',
    crossingFill: '#10222f',
    ask: '#6cb8ff',
    badge: '#20272e',
    badgeLine: '#dfe4e8',
  },
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
