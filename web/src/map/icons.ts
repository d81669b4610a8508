// Draws the map's icons on a canvas when the map first asks for one by name.

import type { StyleImageInterface } from 'maplibre-gl';
import { CATEGORIES } from '../api/types';
import { GROUND, SHAPES, markOf, type Theme } from './palette';

/** Sharp on dense screens; icons are small, so the cost is nothing. */
export const ICON_RATIO = 2;

type Pen = CanvasRenderingContext2D;

/** The image for a name such as `incident:clash:reported`, `cluster:36:12,0,6…`, `number:36` or `crossing:open`. */
export function drawIcon(name: string, theme: Theme): StyleImageInterface | null {
  const [kind, first = '', second = ''] = name.split(':');
  if (kind === 'incident') return paint(26, (pen) => { incident(pen, first, second, theme); });
  if (kind === 'cluster') return cluster(Number(first), second.split(',').map(Number), theme);
  if (kind === 'number') return paint(Number(first), (pen) => { disc(pen, Number(first) / 2, ringOf(Number(first)).inner, GROUND[theme].badge); });
  if (kind === 'crossing') return paint(22, (pen) => { crossing(pen, first, theme); });
  if (kind === 'place') return paint(8, (pen) => { disc(pen, 4, 3, GROUND[theme].halo); disc(pen, 4, 2, GROUND[theme].text); });
  return null;
}

/** The name of an incident's icon, as a style expression; a crowded tile may leave the status untold. */
export const INCIDENT_ICON = ['concat', 'incident:', ['get', 'category'], ':', ['coalesce', ['get', 'status'], 'untold']];

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

function glyph(pen: Pen, text: string, colour: string, x = 12, y = 12.5): void {
  pen.fillStyle = colour;
  pen.font = 'bold 13px Vazirmatn, sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(text, x, y);
}

function strike(pen: Pen, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke(new Path2D('M1 23L23 1'));
}

/** The ring of a cluster of a size: how wide it is, its middle and its inner edge, from the cluster's middle. */
function ringOf(size: number): { width: number; radius: number; inner: number } {
  const width = Math.max(4.5, size / 8);
  const radius = size / 2 - width / 2 - 1.5;
  return { width, radius, inner: radius - width / 2 };
}

/** A ring with one arc for each category, apart from each other, and room for the number in the middle. */
function cluster(size: number, parts: readonly number[], theme: Theme): StyleImageInterface {
  const whole = Math.max(1, parts.reduce((sum, n) => sum + n, 0));
  const ground = GROUND[theme];
  return paint(size, (pen) => {
    const middle = size / 2;
    const { width, radius } = ringOf(size);
    disc(pen, middle, middle - 0.75, ground.badge);
    // Arcs of like colours are still two arcs.
    const several = parts.filter(Boolean).length > 1;
    const gap = several ? 1 / radius : 0;
    let from = -Math.PI / 2;
    parts.forEach((n, i) => {
      if (!n) return;
      const to = from + (n / whole) * 2 * Math.PI;
      pen.beginPath();
      pen.arc(middle, middle, radius, from + gap / 2, to - gap / 2);
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

/** Open: a disc with a way in both directions. Closed: a square with a bar. Unverified: a broken outline and a question. */
function crossing(pen: Pen, state: string, theme: Theme): void {
  const ground = GROUND[theme];
  const colour = { open: ground.crossing, closed: ground.crossingClosed }[state] ?? ground.crossingUnverified;
  const outline = new Path2D(state === 'closed' ? 'M4 4H18V18H4Z' : 'M11 3.4A7.6 7.6 0 1 1 11 18.6 7.6 7.6 0 1 1 11 3.4Z');
  pen.lineJoin = 'round';
  pen.strokeStyle = ground.halo;
  pen.lineWidth = 5;
  pen.stroke(outline);
  pen.fillStyle = ground.crossingFill;
  pen.fill(outline);
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.setLineDash(state === 'open' || state === 'closed' ? [] : [2.6, 2.2]);
  pen.stroke(outline);
  pen.setLineDash([]);
  if (state === 'open') pen.stroke(new Path2D('M6.6 11H15.4M9 8.4L6.4 11 9 13.6M13 8.4L15.6 11 13 13.6'));
  else if (state === 'closed') {
    pen.lineWidth = 3;
    pen.stroke(new Path2D('M7 11H15'));
  } else glyph(pen, '?', colour, 11, 11.5);
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
