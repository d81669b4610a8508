// Sizes grow with the reader's letters: pixels stay to hairlines, outlines and shadows.

import { describe, expect, it } from 'vitest';
import { grown, grownLayer } from '../src/map/letters';
import { stackedAt } from '../src/screen';

/** Properties that may be told in pixels: they draw lines and don't hold letters. */
const LINES = /^(border(?!-spacing)[a-z-]*|outline[a-z-]*|box-shadow|stroke[a-z-]*|transform|rx|initial-value)$/;
/** Paper has no letters of the reader's own; it is told in points and millimetres. */
const PAPER = '../src/print.css';

/** Declarations of a stylesheet that are told in more than a pixel. */
function inPixels(css: string): string[] {
  const plain = css.replace(/\/\*[^]*?\*\//g, '');
  const declared = [...plain.matchAll(/([a-z-]+)\s*:\s*([^;{}]*?)\s*;/g)].filter(([, property = '', value = '']) =>
    !LINES.test(property) && [...value.matchAll(/([\d.]+)px/g)].some(([, px]) => Number(px) > 1));
  const asked = [...plain.matchAll(/@(?:media|container)[^{]*\d+px[^{]*/g)];
  return [...declared, ...asked].map(([found]) => found);
}

describe('stylesheets', () => {
  const sheets = Object.entries(import.meta.glob<string>('../src/**/*.css', { query: '?raw', import: 'default', eager: true })).filter(([file]) => file !== PAPER);

  it('are all looked at', () => {
    expect(sheets.length).toBeGreaterThan(10);
    for (const [file, css] of sheets) expect(css, file).toContain('{');
  });

  it.each(sheets)('%s tells sizes in rem', (_file, css) => { expect(inPixels(css)).toEqual([]); });

  it('would be told of', () => {
    expect(inPixels('a { font: 15px/1.5 x; min-height: 36px; border: 3px solid; padding: 1px 2rem; }')).toHaveLength(2);
    expect(inPixels('@media (max-width: 759px) { a { color: red; } }')).toHaveLength(1);
  });

  it('and the code agree on when the map lies above the panel', () => {
    for (const [file, css] of sheets) {
      for (const [, asked = ''] of css.matchAll(/@container page (.*width < 47.*) \{/g)) {
        expect(asked, file).toBe('(width < 36rem) or ((width < 47.5rem) and (height >= 30rem))');
      }
    }
    expect([stackedAt(24, 52), stackedAt(40, 25), stackedAt(20, 16), stackedAt(80, 50)]).toEqual([true, false, true, false]);
  });
});

describe('letters on the map', () => {
  it('grow in each outcome of an expression, whose zoom stays outermost', () => {
    expect(grown(12, 2)).toBe(24);
    expect(grown(['interpolate', ['linear'], ['zoom'], 5, ['step', ['get', 'population'], 10, 500, 12], 10, 14], 2))
      .toEqual(['interpolate', ['linear'], ['zoom'], 5, ['step', ['get', 'population'], 20, 500, 24], 10, 28]);
    expect(grown(['case', ['==', ['get', 'rank'], 0], 19, 11], 1.5)).toEqual(['case', ['==', ['get', 'rank'], 0], 28.5, 16.5]);
  });

  it('grow with what they stand in, and lines do not', () => {
    const layout = { 'text-field': ['get', 'label'], 'icon-image': 'place' } as const;
    const symbols = { id: 'a', type: 'symbol', source: 's', layout } as unknown as Parameters<typeof grownLayer>[0];
    expect(grownLayer(symbols, 2)).toMatchObject({ layout: { 'text-size': 32, 'icon-size': 2 } });
    const line = { id: 'b', type: 'line', source: 's', paint: { 'line-width': 2 } } as const;
    expect(grownLayer(line, 2)).toEqual(line);
  });
});
