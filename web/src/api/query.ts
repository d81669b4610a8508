// Turns a View into the parameters of a question, the same for what is drawn, listed and exported.

import type { Area, Filter, LngLat, Sort, View } from '../state/view';

/** What is asked of a layer: a filter, and optionally a circle. */
export interface Question {
  readonly filter: Filter;
  readonly near?: LngLat | null;
  readonly radiusM?: number | null;
  /** `distance` is the order that `near` gives of itself. */
  readonly sort?: Sort;
  readonly limit?: number;
}

/** What the list shows of a view: what lies around its point, else everything. */
export function listQuestion({ filter, point, radiusM, sort }: Pick<View, 'filter' | 'point' | 'radiusM' | 'sort'>): Question {
  if (point) return { filter, near: point, radiusM, sort: sort ?? 'distance' };
  // Without a point there is no distance to order by.
  return { filter, sort: sort && sort !== 'distance' ? sort : '-date' };
}

export function toParams({ filter, near, radiusM, sort, limit }: Question): URLSearchParams {
  const params = new URLSearchParams();
  for (const category of filter.categories) params.append('category', category);
  for (const status of filter.statuses) params.append('status', status);
  for (const precision of filter.precisions) params.append('position_precision', precision);
  for (const country of filter.countries) params.append('country', country);
  if (filter.text) params.set('q', filter.text);
  if (filter.area) putArea(params, filter.area);
  const datetime = toDatetime(filter.from, filter.to);
  if (datetime) params.set('datetime', datetime);
  if (near) {
    params.set('near', `${near.lng},${near.lat}`);
    if (radiusM) params.set('radius', `${radiusM}m`);
  }
  if (sort && sort !== 'distance') params.set('sortby', sort);
  if (limit) params.set('limit', String(limit));
  return params;
}

/** A box has a parameter of its own; other areas are asked for in CQL2 text. */
function putArea(params: URLSearchParams, area: Area): void {
  switch (area.kind) {
    case 'box':
      params.set('bbox', [area.west, area.south, area.east, area.north].join());
      return;
    case 'polygon': {
      const ring = [...area.corners, ...area.corners.slice(0, 1)].map(({ lng, lat }) => `${lng} ${lat}`).join(', ');
      params.set('filter', `S_INTERSECTS(geometry, POLYGON((${ring})))`);
      return;
    }
    case 'corridor':
      params.set('filter', `border_km BETWEEN ${area.fromKm} AND ${area.toKm} AND border_distance_m <= ${area.withinM}`);
  }
}

/** An OGC interval; days are whole and in UTC, both inclusive. */
export function toDatetime(from: string | null, to: string | null): string | null {
  if (!from && !to) return null;
  return `${from ?? '..'}/${to ?? '..'}`;
}

/** The address of a download of exactly what the question selects, or of the whole layer. */
export function exportAddress(layer: string, question: Question | null, format: string): string {
  const params = question ? toParams(question) : new URLSearchParams();
  params.set('f', format);
  return `api/collections/${layer}/export?${readable(params)}`;
}

/** Commas, colons and slashes may stay plain in a query; an address that people copy should be legible. */
export function readable(params: URLSearchParams): string {
  return params.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');
}
