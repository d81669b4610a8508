// The map's marks as small pictures for lists and the legend; both themes' colours come from CSS classes.

import { CATEGORIES } from '../api/types';
import { SHAPES, markOf } from '../map/palette';

const SVG = 'http://www.w3.org/2000/svg';

/** The mark of an incident; decoration, because the words beside it say the same. */
export function mark(category: string, status = 'corroborated'): SVGElement {
  const known = CATEGORIES.find((name) => name === category) ?? 'other';
  const svg = picture(`mark mark-${known} ${status === 'corroborated' ? '' : 'hollow'}`);
  const { shape } = markOf(category, 'light');
  svg.append(path(SHAPES[shape]));
  if (status === 'retracted') svg.append(path('M1 23L23 1'));
  if (status === 'disputed') {
    const text = document.createElementNS(SVG, 'text');
    for (const [name, value] of Object.entries({ x: '12', y: '17', 'text-anchor': 'middle', class: 'glyph' })) text.setAttribute(name, value);
    text.textContent = '?';
    svg.append(text);
  }
  return svg;
}

const LEGEND_DRAWINGS = {
  border: ['M2 8H12', 'M12 16H22'],
  river: ['M2 12H22', 'M2 12H22'],
  'crossing-open': ['M12 3A9 9 0 1 1 12 21 9 9 0 1 1 12 3Z', 'M7 12H17M9.8 9.2L7 12 9.8 14.8M14.2 9.2L17 12 14.2 14.8'],
  'crossing-closed': ['M4 4H20V20H4Z', 'M7.5 12H16.5'],
  'crossing-unverified': ['M12 3A9 9 0 1 1 12 21 9 9 0 1 1 12 3Z', 'M9.5 9.6C9.5 6.4 14.8 6.6 14.6 9.7 14.5 11.6 12 11.7 12 14M12 16.6V17.2'],
  ring: ['M12 2A10 10 0 1 1 12 22 10 10 0 1 1 12 2Z'],
  cluster: ['M12 3A9 9 0 0 1 19.8 16.5', 'M19.8 16.5A9 9 0 0 1 4.2 16.5', 'M4.2 16.5A9 9 0 0 1 12 3'],
};

/** What the map draws besides incidents. */
export function legendMark(kind: keyof typeof LEGEND_DRAWINGS): SVGElement {
  const svg = picture(`mark legend-${kind}`);
  svg.append(...LEGEND_DRAWINGS[kind].map(path));
  return svg;
}

/** A shade of the strip's heat map. */
export function heatMark(opacity: number): SVGElement {
  const svg = picture('mark heat-mark');
  const square = path('M2 2H22V22H2Z');
  square.style.opacity = String(opacity);
  svg.append(square);
  return svg;
}

function picture(name: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}

function path(d: string): SVGPathElement {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', d);
  return element;
}
