// Turns answers of the API into features with labels ready to draw, in the language chosen.

import type { Feature, FeatureCollection, Geometry, Position } from 'geojson';
import type { Crossing, Names, Place, Segment } from '../api/types';
import { language, t } from '../i18n';
import type { Labels } from '../state/view';
import { whole } from '../text/format';
import { labelLines } from '../text/names';
import { crossingIcon, crossingState } from './crossings';
import { joinSorani } from './joiner';
import { SMOOTHING, smoothed } from './bordernames';
import { kilometreMarks, metresBetween, toLngLat } from './geometry';

/** Where the names of the two countries stand: near the border, which the middle of Iran is not. */
const BESIDE_THE_BORDER: Record<string, Position> = { IQ: [43.1, 32.9], IR: [50.1, 34.15] };

/** Rivers up to this rank are named; of the lesser ones, those that run to the border. */
const NAMED_RANK = 4;
const NAMED_RIVERS = new Set(['karkheh']);

/** A town this near to a place of the finer layer is that place again. */
const SAME_TOWN_M = 12_000;

export function collection(features: Feature[]): FeatureCollection {
  return { type: 'FeatureCollection', features };
}

export function labelled(lines: string[]): string {
  return lines.map(joinSorani).join('\n');
}

/** Settlements near the border with their names, and the larger towns further off. */
export function placeLabels(places: readonly Place[], towns: readonly Feature[], labels: Labels): FeatureCollection {
  const near = places.map(({ id, geometry, properties }): Feature => {
    const { country, admin1, population } = properties;
    const label = labelled(labelLines(properties, labels, country, admin1));
    return { type: 'Feature', id, geometry, properties: { id, label, population: population ?? 0 } };
  });
  const taken = places.map((place) => toLngLat(place.geometry.coordinates));
  const far = (towns as Place[]).flatMap(({ geometry, properties }): Feature[] => {
    const at = toLngLat(geometry.coordinates);
    if (taken.some((other) => metresBetween(at, other) < SAME_TOWN_M)) return [];
    const label = labelled(labelLines(properties, labels, properties.country));
    return [{ type: 'Feature', geometry, properties: { label, population: properties.population ?? 0 } }];
  });
  return collection([...near, ...far]);
}

export function crossingLabels(crossings: readonly Crossing[], labels: Labels): FeatureCollection {
  return collection(
    crossings.map(({ id, geometry, properties }) => {
      // A crossing's local name is already in two languages; the reader's own is enough on the map.
      const lines = labelLines(properties, oneLine(labels));
      return { type: 'Feature', id, geometry, properties: { id, label: labelled(lines), icon: crossingIcon(properties), tip: `${lines[0] ?? ''} · ${t(`legend.crossing.${crossingState(properties)}`)}` } };
    }),
  );
}

export function borderLabels(segments: readonly Segment[], labels: Labels): FeatureCollection {
  return collection(
    segments.map((segment, order) => {
      const label = labelled(labelLines(segment.properties, oneLine(labels)));
      return { ...segment, properties: { id: segment.id, label, order } };
    }),
  );
}

/** The segments' names on smooth lines, one for each closeness. */
export function borderNames(segments: readonly Segment[], labels: Labels): FeatureCollection {
  return collection(
    segments.flatMap(({ geometry, properties }) => {
      const label = labelled(labelLines(properties, oneLine(labels)));
      return SMOOTHING.map(({ near, stepM, spreadM }): Feature => ({
        type: 'Feature', geometry: smoothed(geometry, stepM, spreadM), properties: { label, near },
      }));
    }),
  );
}

/** The kilometres along the border, in words of the interface. */
export function kilometreLabels(segments: readonly Segment[], stepKm: number): FeatureCollection {
  const marks = kilometreMarks(segments, stepKm);
  return collection(marks.map((mark) => ({ ...mark, properties: { ...mark.properties, label: t('map.km', { km: whole(mark.properties.km) }) } })));
}

export function riverLabels(rivers: readonly Feature[], labels: Labels): FeatureCollection {
  return collection(
    rivers.map((river) => {
      const names = (river.properties ?? {}) as Names;
      const rank = Number(river.properties?.['rank'] ?? 9);
      const named = rank <= NAMED_RANK || NAMED_RIVERS.has(String(river.id));
      const label = named ? labelled(labelLines(names, oneLine(labels))) : '';
      return { ...river, properties: { rank, ...(label && { label }) } };
    }),
  );
}

/** Names of countries (ranks 0 and 2) and provinces (rank 1), one point each: polygon labels repeat in every tile. */
export function areaNames(provinces: readonly Feature[], countries: readonly Feature[], labels: Labels): FeatureCollection {
  const name = ({ id, geometry, properties }: Feature, rank: number, chosen: Labels): Feature[] => {
    const beside = rank === 0 ? BESIDE_THE_BORDER[String(id)] : undefined;
    const at = beside ?? labelPoint(properties, geometry);
    if (!at) return [];
    const label = labelled(labelLines((properties ?? {}), chosen, String(id)));
    return [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { label, rank } }];
  };
  const focus = (country: Feature): boolean => String(country.id) in BESIDE_THE_BORDER;
  return collection([
    ...countries.filter(focus).flatMap((country) => name(country, 0, labels)),
    ...countries.filter((country) => !focus(country)).flatMap((country) => name(country, 2, oneLine(labels))),
    ...provinces.flatMap((province) => name(province, 1, oneLine(labels))),
  ]);
}

/** Along lines and in small type a second line would only crowd the first. */
function oneLine(labels: Labels): Labels {
  return labels === 'local' ? language() : labels;
}

/** The stated label point, or the middle of the largest ring. */
function labelPoint(properties: Record<string, unknown> | null, geometry: Geometry): Position | null {
  const [lng, lat] = [properties?.['label_lon'], properties?.['label_lat']];
  if (typeof lng === 'number' && typeof lat === 'number') return [lng, lat];
  const rings = geometry.type === 'Polygon' ? geometry.coordinates.slice(0, 1)
    : geometry.type === 'MultiPolygon' ? geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1))
      : [];
  const centres = rings.map(centroid).sort((a, b) => b.area - a.area);
  return centres[0]?.at ?? null;
}

function centroid(ring: readonly Position[]): { at: Position; area: number } {
  let [twice, x, y] = [0, 0, 0];
  ring.forEach(([ax = 0, ay = 0], i) => {
    const [bx = ax, by = ay] = ring[i + 1] ?? [];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  return { at: [x / (3 * twice), y / (3 * twice)], area: Math.abs(twice) };
}
