// Turns answers of the API into features with labels ready to draw, in the language chosen.

import type { Feature, FeatureCollection, Geometry, Point, Position } from 'geojson';
import type { Crossing, Names, Place, Segment } from '../api/types';
import type { Labels } from '../state/view';
import { labelLines } from '../text/names';
import { joinSorani } from './joiner';
import { metresBetween, toLngLat } from './geometry';

/** Where the names of the two countries stand: beside the border, not on it and not in a desert far off. */
const COUNTRIES: { names: Names; at: [number, number]; country: string }[] = [
  { names: { name_en: 'Iraq', name_ar: 'العراق', name_fa: 'عراق', name_ckb: 'عێراق' }, at: [43.1, 32.9], country: 'IQ' },
  { names: { name_en: 'Iran', name_ar: 'إيران', name_fa: 'ایران', name_ckb: 'ئێران' }, at: [50.1, 34.15], country: 'IR' },
];

/** River names where usage differs: both names where one label serves all. */
const RIVERS: Record<string, Names> = {
  'Shatt al Arab': { name_en: 'Shatt al-Arab / Arvand Rud', name_ar: 'شط العرب', name_fa: 'اروندرود', name_ckb: 'شەتولعەرەب' },
  Tigris: { name_en: 'Tigris', name_ar: 'دجلة', name_fa: 'دجله', name_ckb: 'دیجلە' },
  Euphrates: { name_en: 'Euphrates', name_ar: 'الفرات', name_fa: 'فرات', name_ckb: 'فورات' },
  Karkheh: { name_en: 'Karkheh', name_ar: 'الكرخة', name_fa: 'کرخه', name_ckb: null },
};

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
  const far = (towns as Feature<Point>[]).flatMap(({ geometry, properties }): Feature[] => {
    const at = toLngLat(geometry.coordinates);
    if (taken.some((other) => metresBetween(at, other) < SAME_TOWN_M)) return [];
    const label = labelled(labelLines(properties ?? {}, labels === 'local' ? 'en' : labels));
    const population = Number(properties?.['population'] ?? properties?.['pop_max'] ?? 0);
    return [{ type: 'Feature', geometry, properties: { label, population } }];
  });
  return collection([...near, ...far]);
}

export function crossingLabels(crossings: readonly Crossing[], labels: Labels): FeatureCollection {
  return collection(
    crossings.map(({ id, geometry, properties }) => {
      // A crossing's local name is already in two languages; one line of English is enough on the map.
      const lines = labelLines(properties, labels === 'local' ? 'en' : labels);
      const { unverified } = properties;
      return { type: 'Feature', id, geometry, properties: { id, label: labelled(lines), unverified } };
    }),
  );
}

export function borderLabels(segments: readonly Segment[]): FeatureCollection {
  return collection(
    segments.map((segment, order) => {
      const { iran_province: iran, iraq_governorate: iraq } = segment.properties;
      const label = iran && iraq ? `${iraq} | ${iran}` : (segment.properties.name_en ?? '');
      return { ...segment, properties: { id: segment.id, label, order } };
    }),
  );
}

export function riverLabels(rivers: readonly Feature[], labels: Labels): FeatureCollection {
  return collection(
    rivers.map((river) => {
      const name = String(river.properties?.['name_en'] ?? river.properties?.['name'] ?? '');
      const names = RIVERS[name];
      // English and local in one line would cross the bends; the languages of the map have their own.
      const label = names && labelled(labelLines(names, labels === 'local' ? 'en' : labels));
      return { ...river, properties: { scalerank: river.properties?.['scalerank'] as unknown, ...(label && { label }) } };
    }),
  );
}

/** Names of countries (rank 0) and provinces (rank 1), one point each: polygon labels repeat in every tile. */
export function areaNames(provinces: readonly Feature[], countries: readonly Feature[], labels: Labels): FeatureCollection {
  const point = (at: Position, label: string, rank: number): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: at },
    properties: { label, rank },
  });
  const ours = COUNTRIES.map(({ names, at, country }) => point(at, labelled(labelLines(names, labels, country)), 0));
  const others = countries.flatMap(({ geometry, properties }) => {
    const names = (properties ?? {}) as Names;
    if (['Iraq', 'Iran'].includes(names.name_en ?? names.name ?? '')) return [];
    const at = labelPoint(properties, geometry);
    return at ? [point(at, labelled(labelLines(names, labels === 'local' ? 'en' : labels)), 2)] : [];
  });
  const inner = provinces.flatMap(({ geometry, properties }) => {
    const at = labelPoint(properties, geometry);
    const lines = labelLines((properties ?? {}), labels === 'local' ? 'en' : labels);
    return at ? [point(at, labelled(lines), 1)] : [];
  });
  return collection([...ours, ...others, ...inner]);
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
