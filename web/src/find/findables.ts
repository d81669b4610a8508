// What of the layers has names to be found by.

import type { Feature } from 'geojson';
import type { Crossing, Place, Segment } from '../api/types';
import { metresBetween, toLngLat } from '../map/geometry';
import type { Box } from '../state/view';
import { allNames } from '../text/names';
import type { Findable, NamedKind } from './kinds';

/** Among equal matches a country comes first, then settlements by their people: a province or a crossing is often called by one. */
const WEIGHTS = { country: 1e9, place: 1e6, crossing: 5e5, province: 4e5, water: 3e5, segment: 0 };
/** A town this near to a place of the finer layer is that place again. */
const SAME_TOWN_M = 12_000;

/** Crossings are called by both sides: each part of a name is a name. */
const PARTS = /\s*[/،,()|]\s*/;

export function crossingFindable({ id, geometry, properties }: Crossing): Findable {
  const { iraq_governorate: iraqi, iran_province: iranian } = properties;
  return {
    kind: 'crossing',
    id,
    at: toLngLat(geometry.coordinates),
    names: properties,
    alternates: allNames(properties).flatMap((name) => name.split(PARTS)).filter(Boolean),
    where: [{ admin1: iraqi, country: 'IQ' }, { admin1: iranian, country: 'IR' }],
    weight: WEIGHTS.crossing,
  };
}

export function placeFindable({ id, geometry, properties }: Place): Findable {
  const { admin1, country, population } = properties;
  return { kind: 'place', id, at: toLngLat(geometry.coordinates), names: properties, where: [{ admin1: admin1 ?? null, country }], weight: WEIGHTS.place + (population ?? 0) };
}

/** The larger towns of the base map that the finer layer doesn't have. */
export function townFindables(towns: readonly Place[], places: readonly Place[]): Findable[] {
  const taken = places.map((place) => toLngLat(place.geometry.coordinates));
  return towns
    .filter(({ geometry }) => taken.every((other) => metresBetween(toLngLat(geometry.coordinates), other) >= SAME_TOWN_M))
    .map(placeFindable);
}

export function provinceFindable(province: Feature): Findable {
  const country = textOf(province.properties?.['country']);
  return area('province', province, [{ admin1: null, country }], WEIGHTS.province);
}

export function countryFindable(country: Feature): Findable {
  return area('country', country, [], WEIGHTS.country);
}

export function segmentFindable(segment: Segment): Findable {
  const found = area('segment', segment, [], WEIGHTS.segment);
  // Its provinces may be named in either order.
  return { ...found, alternates: allNames(found.names).map((name) => name.split(' – ').reverse().join(' – ')) };
}

/** Rivers or lakes; what comes in several pieces, such as the Tigris by country, is one. */
export function waterFindables(kind: 'river' | 'lake', features: readonly Feature[]): Findable[] {
  const known = new Map<string, Findable>();
  for (const piece of features) {
    const name = textOf(piece.properties?.['name_en']);
    if (name === null) continue;
    const before = known.get(name);
    const found = area(kind, piece, [], WEIGHTS.water);
    known.set(name, {
      ...(before ?? found),
      extent: around(before?.extent ?? found.extent, found.extent),
      alternates: [...(before?.alternates ?? []), ...allNames(found.names).flatMap((one) => [one, ...one.split(PARTS)]), withKind(kind, name)],
    });
  }
  return [...known.values()];
}

/** `Tigris River`, and `Urmia Lake` besides Lake Urmia. */
function withKind(kind: 'river' | 'lake', name: string): string {
  return kind === 'river' ? `${name} River` : `${name.replace(/^Lake /, '')} Lake`;
}

function around(a: Box, b: Box): Box {
  return { kind: 'box', west: Math.min(a.west, b.west), south: Math.min(a.south, b.south), east: Math.max(a.east, b.east), north: Math.max(a.north, b.north) };
}

/** Further spellings by id, from features that carry them. */
export function alternatesOf(features: readonly Feature[]): Map<string, readonly string[]> {
  return new Map(features.map(({ id, properties }) => [String(id), alternates(properties)]));
}

function area(kind: Exclude<NamedKind, 'crossing' | 'place'>, { id, geometry, properties }: Feature, where: Findable['where'], weight: number): Findable & { readonly extent: Box } {
  const extent = extentOf(geometry);
  return {
    kind,
    id: String(id),
    at: { lng: (extent.west + extent.east) / 2, lat: (extent.south + extent.north) / 2 },
    extent,
    names: properties ?? {},
    alternates: alternates(properties),
    where,
    weight,
  };
}

function alternates(properties: Feature['properties']): string[] {
  const listed: unknown = properties?.['alternate_names'];
  const further: unknown[] = Array.isArray(listed) ? listed : [];
  return [...further, properties?.['name_ku'], properties?.['iso']].filter((name): name is string => typeof name === 'string' && name !== '');
}

/** Whatever the nesting, positions are pairs here: these layers have no heights. */
function extentOf(geometry: Feature['geometry']): Box {
  const numbers = 'coordinates' in geometry ? (geometry.coordinates as unknown[]).flat(4).filter((value) => typeof value === 'number') : [];
  const [lngs, lats] = [numbers.filter((_, i) => i % 2 === 0), numbers.filter((_, i) => i % 2 === 1)];
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return { kind: 'box', west: least(lngs), south: least(lats), east: most(lngs), north: most(lats) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
