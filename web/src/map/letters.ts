// Names and marks of the map in the size of the reader's letters: MapLibre counts in pixels, which don't grow with them.

import type { LayerSpecification } from 'maplibre-gl';

/** Beyond this nothing but letters would be seen. */
const SCALE_MAX = 2;

/** A layer whose text and icons are so many times as large. */
export function grownLayer(layer: LayerSpecification, textScale: number): LayerSpecification {
  const scale = Math.min(SCALE_MAX, textScale);
  if (layer.type !== 'symbol' || scale === 1) return layer;
  const sizes = Object.fromEntries(
    ([['text-field', 'text-size'], ['icon-image', 'icon-size']] as const)
      .filter(([drawn]) => layer.layout?.[drawn] !== undefined)
      .map(([drawn, size]) => [size, grown(layer.layout?.[size] ?? (drawn === 'text-field' ? 16 : 1), scale)]),
  );
  return { ...layer, layout: { ...layer.layout, ...sizes } };
}

/** A size, or an expression for one, with each of its outcomes so many times as large: the zoom may only stand outermost. */
export function grown(size: unknown, scale: number): unknown {
  if (typeof size === 'number') return size * scale;
  if (!Array.isArray(size)) return size;
  const [operator] = size as [unknown];
  const isOutcome = (i: number): boolean => {
    if (operator === 'interpolate') return i >= 4 && i % 2 === 0;
    if (operator === 'step') return i >= 2 && i % 2 === 0;
    if (operator === 'case') return i === size.length - 1 || (i >= 2 && i % 2 === 0);
    return false;
  };
  if (operator !== 'interpolate' && operator !== 'step' && operator !== 'case') return ['*', scale, size];
  return size.map((part, i) => (isOutcome(i) ? grown(part, scale) : (part as unknown)));
}
