// The shapes that the API answers with, as far as the map reads them.

import type { Feature, FeatureCollection, LineString, Point } from 'geojson';

export const CATEGORIES = [
  'clash',
  'strike',
  'shelling',
  'explosion',
  'border-guard-shooting',
  'smuggling',
  'protest',
  'displacement',
  'crossing-status',
  'diplomatic',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const STATUSES = ['corroborated', 'reported', 'disputed', 'retracted'] as const;
export type Status = (typeof STATUSES)[number];

export interface Source {
  readonly name: string;
  readonly ref: string | null;
}

/** Where a feature lies along and beside the border; the service derives it. */
export interface BorderFields {
  readonly border_km: number | null;
  readonly border_distance_m: number | null;
  readonly border_segment: string | null;
  readonly border_side: 'IQ' | 'IR' | null;
}

export interface IncidentProperties extends BorderFields {
  readonly title: string;
  readonly summary: string | null;
  readonly category: string;
  readonly date: string;
  readonly date_precision: string;
  readonly place: string | null;
  readonly country: string | null;
  readonly admin1: string | null;
  readonly position_precision: string;
  readonly position_uncertainty_m: number | null;
  readonly fatalities_min: number | null;
  readonly fatalities_max: number | null;
  readonly status: string;
  readonly sources: readonly Source[];
  readonly note: string | null;
  readonly checked: boolean | null;
  /** Only where the question had a point. */
  readonly distance_m?: number;
}

export interface StatusFact {
  readonly text: string;
  readonly date: string | null;
  readonly source: string | null;
}

export interface Names {
  readonly name?: string | null;
  readonly name_en?: string | null;
  readonly name_ar?: string | null;
  readonly name_fa?: string | null;
  readonly name_ckb?: string | null;
}

export interface CrossingProperties extends Names, BorderFields {
  readonly crossing_type: string | null;
  readonly precision_km: number | null;
  readonly unverified: boolean | null;
  readonly position_basis: string | null;
  readonly status: string | null;
  /** When the status was stated; may be words where only those are known. */
  readonly status_date?: string | null;
  readonly status_facts: readonly StatusFact[] | null;
  readonly iran_province: string | null;
  readonly iraq_governorate: string | null;
}

export interface PlaceProperties extends Names {
  readonly country: string | null;
  readonly admin1: string | null;
  readonly population: number | null;
}

export interface SegmentProperties extends Names {
  readonly km_from?: number;
  readonly km_to?: number;
  readonly length_km?: number;
}

export type Incident = Feature<Point, IncidentProperties> & { id: string };
export type Crossing = Feature<Point, CrossingProperties> & { id: string };
export type Place = Feature<Point, PlaceProperties> & { id: string };
export type Segment = Feature<LineString, SegmentProperties> & { id: string };

export interface Link {
  readonly rel: string;
  readonly href: string;
}

export interface Page<F extends Feature = Feature> extends FeatureCollection {
  features: F[];
  readonly numberMatched?: number;
  readonly numberReturned: number;
  readonly links: readonly Link[];
}

/** What `border/locate` says of a point. */
export interface Located {
  readonly km: number;
  readonly distance_m: number;
  readonly side: 'IQ' | 'IR' | null;
  readonly segment: string;
  readonly segment_name?: string;
  readonly foot: readonly [number, number];
}

export interface Collection {
  readonly id: string;
  readonly title?: string;
  readonly description?: string;
  readonly attribution?: string;
}

/** RFC 9457. */
export interface Problem {
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly request_id?: string;
}
