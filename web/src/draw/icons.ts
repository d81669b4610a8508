// The pictures on the tool buttons, in lines of the text's colour.

const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  whole: 'M5 3.5L8 7 7 11 11 13 10 17 14 20.5M16 3.5H20.5V8M20.5 3.5L15 9',
  box: 'M4 5.5H20V18.5H4Z',
  polygon: 'M5 9L12 3.5 20 8.5 17.5 19.5 7 18Z',
  corridor: 'M8 3.5C5 8 11 10 8 15 7 17 7.5 19 8.5 20.5M16 3.5C13 8 19 10 16 15 15 17 15.5 19 16.5 20.5',
  measure: 'M3.5 16L16 3.5 20.5 8 8 20.5ZM7 12.5L9 14.5M10 9.5L11.5 11M13 6.5L15 8.5',
} as const;

export function toolIcon(name: keyof typeof PATHS): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
