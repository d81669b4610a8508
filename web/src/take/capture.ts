// Takes the map from the screen as a picture, with what lies on it as elements: the point asked about, the scale.

import type { Map as MapLibre } from 'maplibre-gl';
import type { LngLat } from '../state/view';

/** A picture and how many of its pixels are one of the page's. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly ratio: number;
}

/** The map as it is now. WebGL forgets a picture when it has been shown, so it is copied while it is drawn. */
export function captureMap(map: MapLibre, point: LngLat | null): Picture {
  const shown = map.getCanvas();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [shown.width, shown.height];
  const ratio = shown.width / shown.clientWidth;
  const pen = canvas.getContext('2d');
  map.once('render', () => { pen?.drawImage(shown, 0, 0); });
  map.redraw();
  if (pen) {
    pen.scale(ratio, ratio);
    if (point) drawPin(pen, map.project([point.lng, point.lat]));
    drawScale(pen, map);
  }
  return { canvas, ratio };
}

/** The map with so many pixels to one of the page's; the screen is as it was afterwards. */
export async function captureSharp(map: MapLibre, point: LngLat | null, ratio: number): Promise<Picture> {
  const before = map.getPixelRatio();
  if (ratio === before) return captureMap(map, point);
  map.setPixelRatio(ratio);
  try {
    await map.once('idle');
    return captureMap(map, point);
  } finally {
    map.setPixelRatio(before);
  }
}

function drawPin(pen: CanvasRenderingContext2D, { x, y }: { x: number; y: number }): void {
  const disc = (radius: number, colour: string): void => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  };
  disc(10, cssColour('--ask'));
  disc(8, cssColour('--on-ask'));
  disc(5, cssColour('--ask'));
}

/** The scale bar as it stands on the page: its words and its length. */
function drawScale(pen: CanvasRenderingContext2D, map: MapLibre): void {
  const scale = map.getContainer().querySelector<HTMLElement>('.maplibregl-ctrl-scale');
  if (!scale) return;
  const [length, bottom] = [scale.offsetWidth, map.getCanvas().clientHeight - 10];
  pen.fillStyle = cssColour('--bg');
  pen.globalAlpha = 0.8;
  pen.fillRect(10, bottom - 18, length, 18);
  pen.globalAlpha = 1;
  pen.strokeStyle = cssColour('--quiet');
  pen.lineWidth = 2;
  pen.stroke(new Path2D(`M11 ${bottom - 18}V${bottom - 1}H${9 + length}V${bottom - 18}`));
  pen.fillStyle = cssColour('--text');
  pen.font = '11px Vazirmatn, sans-serif';
  pen.textBaseline = 'middle';
  pen.fillText(scale.textContent, 16, bottom - 10);
}

/** A colour of the page's present theme. */
export function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
