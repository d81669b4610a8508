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

export function legendMark(kind: 'border' | 'crossing' | 'ring' | 'cluster'): SVGElement {
  const svg = picture(`mark legend-${kind}`);
  const drawings = {
    border: ['M3 12H21'],
    crossing: ['M12 3A9 9 0 1 1 12 21 9 9 0 1 1 12 3Z', 'M7 12H17M9.8 9.2L7 12 9.8 14.8M14.2 9.2L17 12 14.2 14.8'],
    ring: ['M12 2A10 10 0 1 1 12 22 10 10 0 1 1 12 2Z'],
    cluster: ['M12 3A9 9 0 0 1 19.8 16.5', 'M19.8 16.5A9 9 0 0 1 4.2 16.5', 'M4.2 16.5A9 9 0 0 1 12 3'],
  };
  svg.append(...drawings[kind].map(path));
  return svg;
}

function picture(name: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}

function path(d: string): SVGElement {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', d);
  return element;
}
