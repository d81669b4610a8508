// How the segments of the border changed between two windows of time: classes for colours, and lines for the map.

import type { Feature, FeatureCollection } from 'geojson';
import type { Compared, Segment } from '../api/types';
import type { BorderLine } from '../draw/borderline';
import type { LngLat } from '../state/view';
import { signed } from '../text/format';

/** From far fewer to far more; null where there was nothing before and nothing after. */
export type ChangeClass = 0 | 1 | 2 | 3 | 4 | null;

/** Below so many reports, before and after together, a change says little. */
export const FEW = 10;

/** After for each one before, at which the next class begins. */
const RATIOS = [0.5, 0.8, 1.25, 2] as const;

export function changeClass(before: number, after: number): ChangeClass {
  if (!before) return after ? 4 : null;
  const [half, fewer, more, twice] = RATIOS;
  const ratio = after / before;
  if (ratio < half) return 0;
  if (ratio <= fewer) return 1;
  if (ratio < more) return 2;
  return ratio <= twice ? 3 : 4;
}

export function isFew({ before, after }: { before: number; after: number }): boolean {
  return before + after < FEW;
}

/** The segments in the classes of their change, and the change in figures at the middle of each. */
export function changeLines(segments: readonly Segment[], border: BorderLine | null, answer: Compared | null, hovered: string | null): FeatureCollection {
  const features = (answer?.segments ?? []).flatMap((counts): Feature[] => {
    const { segment: id, before, after, change, km_from: from, km_to: to } = counts;
    const [line, middle] = [segments.find((segment) => segment.id === id)?.geometry, border?.at((from + to) / 2)];
    if (!line || !middle) return [];
    const properties = { id, class: changeClass(before, after) ?? -1, thin: isFew(counts), hovered: id === hovered };
    const label = before + after ? [{ ...point(middle), properties: { label: signed(change) } }] : [];
    return [{ type: 'Feature', id, geometry: line, properties }, ...label];
  });
  return { type: 'FeatureCollection', features };
}

function point({ lng, lat }: LngLat): Feature {
  return { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [lng, lat] } };
}
