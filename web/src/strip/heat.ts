// Paints the heat map on a canvas: one shade for each class of counts.

import type { Cells } from './cells';
import type { Scales } from './scales';

/** How opaque a class is; the first must still be seen and the last must let marks stand out. */
const OPACITIES = [0.2, 0.36, 0.54, 0.74];

export function paintHeat(canvas: HTMLCanvasElement, cells: Cells | null, { x, y, width, height }: Scales): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  if (!pen || !cells) return;
  pen.scale(ratio, ratio);
  pen.fillStyle = getComputedStyle(canvas).color;
  for (const { fromKm, toKm, startMs, endMs, count } of cells.filled()) {
    const [left, right, top, bottom] = [x(startMs), x(endMs), y(fromKm), y(toKm)];
    // A hairline between cells, where they are large enough to spare it.
    const gap = right - left > 4 && bottom - top > 4 ? 0.5 : 0;
    pen.globalAlpha = opacityOf(cells.classOf(count), cells.classes.length);
    pen.fillRect(left + gap, top + gap, right - left - 2 * gap, bottom - top - 2 * gap);
  }
}

/** The opacity of a class among so many: the first is always the lightest, the last of several the darkest. */
export function opacityOf(index: number, classes: number): number {
  const share = classes > 1 ? index / (classes - 1) : 0.5;
  return OPACITIES[Math.round(share * (OPACITIES.length - 1))] ?? 1;
}
