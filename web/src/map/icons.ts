// Draws the map's icons on a canvas when the map first asks for one by name.

import type { StyleImageInterface } from 'maplibre-gl';
import { CATEGORIES } from '../api/types';
import { GROUND, SHAPES, markOf, type Theme } from './palette';

/** Sharp on dense screens; icons are small, so the cost is nothing. */
export const ICON_RATIO = 2;

type Pen = CanvasRenderingContext2D;

/** The image for a name such as `incident:clash:reported`, `cluster:3,0,1…` or `crossing:1`. */
export function drawIcon(name: string, theme: Theme): StyleImageInterface | null {
  const [kind, first = '', second = ''] = name.split(':');
  if (kind === 'incident') return paint(26, (pen) => { incident(pen, first, second, theme); });
  if (kind === 'cluster') return cluster(first.split(',').map(Number), theme);
  if (kind === 'crossing') return paint(20, (pen) => { crossing(pen, first === 'unverified', theme); });
  if (kind === 'place') return paint(8, (pen) => { disc(pen, 4, 3, GROUND[theme].halo); disc(pen, 4, 2, GROUND[theme].text); });
  return null;
}

/** The name of an incident's icon, as a style expression. */
export const INCIDENT_ICON = ['concat', 'incident:', ['get', 'category'], ':', ['get', 'status']];

/** For each category the number in a cluster, and from them the name of its icon. */
export const CLUSTER_COUNTS = Object.fromEntries(
  CATEGORIES.map((category) => [`n_${category}`, ['+', ['case', ['==', ['get', 'category'], category], 1, 0]]]),
);
export const CLUSTER_ICON = [
  'concat',
  'cluster:',
  ...CATEGORIES.flatMap((category, i) => [...(i ? [','] : []), ['to-string', ['get', `n_${category}`]]]),
];

function incident(pen: Pen, category: string, status: string, theme: Theme): void {
  const { shape, colour } = markOf(category, theme);
  const ground = GROUND[theme];
  pen.translate(1, 1);
  const path = new Path2D(SHAPES[shape]);
  pen.lineJoin = 'round';
  if (status === 'retracted') pen.globalAlpha = 0.6;
  // The casing keeps marks apart from each other and from whatever lies below.
  pen.lineWidth = 4;
  pen.strokeStyle = ground.badge;
  pen.stroke(path);
  const hollow = status !== 'corroborated';
  pen.fillStyle = hollow ? ground.badge : colour;
  pen.fill(path);
  pen.lineWidth = 2;
  pen.strokeStyle = colour;
  pen.stroke(path);
  if (status === 'disputed') glyph(pen, '?', colour);
  if (status === 'retracted') strike(pen, colour);
}

function glyph(pen: Pen, text: string, colour: string): void {
  pen.fillStyle = colour;
  pen.font = 'bold 13px Vazirmatn, sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(text, 12, 12.5);
}

function strike(pen: Pen, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke(new Path2D('M1 23L23 1'));
}

/** A ring with one arc for each category, and room for the number in the middle. */
function cluster(counts: readonly number[], theme: Theme): StyleImageInterface {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const size = Math.round(Math.min(54, 28 + 7 * Math.log2(Math.max(1, total / 2))));
  const ground = GROUND[theme];
  return paint(size, (pen) => {
    const middle = size / 2;
    const width = Math.max(4.5, size / 8);
    const radius = middle - width / 2 - 1.5;
    disc(pen, middle, middle - 0.75, ground.badge);
    let from = -Math.PI / 2;
    counts.forEach((n, i) => {
      if (!n) return;
      const to = from + (n / total) * 2 * Math.PI;
      pen.beginPath();
      pen.arc(middle, middle, radius, from, to);
      pen.strokeStyle = markOf(CATEGORIES[i] ?? 'other', theme).colour;
      pen.lineWidth = width;
      pen.stroke();
      from = to;
    });
  });
}

function disc(pen: Pen, middle: number, radius: number, colour: string): void {
  pen.beginPath();
  pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

/** A way in both directions. */
function crossing(pen: Pen, unverified: boolean, theme: Theme): void {
  const ground = GROUND[theme];
  disc(pen, 10, 9.5, ground.halo);
  disc(pen, 10, 8, ground.crossingFill);
  pen.strokeStyle = ground.crossing;
  pen.lineWidth = 1.8;
  pen.setLineDash(unverified ? [2.6, 2.4] : []);
  pen.beginPath();
  pen.arc(10, 10, 7.6, 0, 2 * Math.PI);
  pen.stroke();
  pen.setLineDash([]);
  pen.stroke(new Path2D('M5.6 10H14.4M8 7.4L5.4 10 8 12.6M12 7.4L14.6 10 12 12.6'));
}

function paint(size: number, draw: (pen: Pen) => void): StyleImageInterface {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ICON_RATIO;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return { width: 1, height: 1, data: new Uint8Array(4) };
  pen.scale(ICON_RATIO, ICON_RATIO);
  draw(pen);
  const { width, height, data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return { width, height, data: new Uint8Array(data.buffer) };
}
