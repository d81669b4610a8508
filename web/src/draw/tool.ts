// What a drawing tool is: it takes positions one after the other until it has what it needs.

import type { Feature, Position } from 'geojson';
import type { LngLat } from '../state/view';

export interface Tool {
  /** What to do, in a line. */
  readonly hint: string;
  /** A position was clicked, or a drag began or ended there. */
  press(at: LngLat): void;
  /** The pointer is here, nothing pressed. */
  hover(at: LngLat): void;
  /** What is drawn so far. */
  sketch(): Feature[];
  /** Takes back the last position; false where there is none. */
  undo(): boolean;
  /** Ends with what there is; false where that is too little. */
  finish(): boolean;
  /** It has what it needs and shows it, until it is begun again or ended. */
  readonly done?: boolean;
  /** Whether a drag draws (and so doesn't move the map). */
  readonly drags: boolean;
}

/** What a role is drawn as is said in draw/style.ts. */
export type Role = 'area' | 'line' | 'corner' | 'ghost' | 'fault';

export function feature(role: Role, geometry: Feature['geometry']): Feature {
  return { type: 'Feature', properties: { role }, geometry };
}

export function corner(at: LngLat): Feature {
  return feature('corner', { type: 'Point', coordinates: position(at) });
}

/** A place where something drawn can't stay as it is. */
export function fault(at: LngLat): Feature {
  return feature('fault', { type: 'Point', coordinates: position(at) });
}

export function line(points: readonly LngLat[], role: Role = 'line'): Feature {
  return feature(role, { type: 'LineString', coordinates: points.map(position) });
}

export function polygon(points: readonly LngLat[]): Feature {
  const ring = [...points, ...points.slice(0, 1)].map(position);
  return feature('area', { type: 'Polygon', coordinates: [ring] });
}

export function position({ lng, lat }: LngLat): Position {
  return [lng, lat];
}
