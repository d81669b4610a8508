// The shapes that the API answers with, by short names; what its document can't say is said here.

import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import type { components } from './openapi';

type Schemas = components['schemas'];
type Layers = Schemas['layers'];

/** In the order in which they are listed: from armed events to civil and official ones. */
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
] as const satisfies readonly Layers['incidents']['category'][];
export type Category = Layers['incidents']['category'];

/** The surest first. */
export const STATUSES = ['corroborated', 'reported', 'disputed', 'retracted'] as const satisfies readonly Layers['incidents']['status'][];
export type Status = Layers['incidents']['status'];

/** The finest first. */
export const PRECISIONS = ['exact', 'town', 'district', 'province'] as const satisfies readonly Layers['incidents']['position_precision'][];
export const COUNTRIES = ['IQ', 'IR'] as const satisfies readonly Layers['incidents']['country'][];

/** The members of `sources`, which the document calls a list of anything. */
export interface Source {
  readonly name: string;
  readonly ref: string | null;
}

/** The members of `status_facts`. */
export interface StatusFact {
  readonly text: string;
  readonly date: string | null;
  readonly source: string | null;
}

/** Somebody's own layer may hold values that the shipped schema doesn't list: those are read as text. */
type Open<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] };

export interface IncidentProperties extends Open<Omit<Layers['incidents'], 'sources'>> {
  readonly sources: readonly Source[];
  /** Only where the question had a point. */
  readonly distance_m?: number;
}

export interface CrossingProperties extends Omit<Layers['crossings'], 'status_facts'> {
  readonly status_facts: readonly StatusFact[] | null;
  /** Only where the question had a point. */
  readonly distance_m?: number;
}

/** Names as several layers have them. */
export interface Names {
  readonly name?: string | null;
  readonly name_en?: string | null;
  readonly name_ar?: string | null;
  readonly name_fa?: string | null;
  readonly name_ckb?: string | null;
}

/** What the page needs of a place: the rest would be half of what the layer weighs. */
export const PLACE_FIELDS = ['name', 'name_en', 'name_ar', 'name_fa', 'name_ckb', 'country', 'admin1', 'population'] as const;
/** The same of the base map's towns, which have no province. */
export const TOWN_FIELDS = PLACE_FIELDS.filter((field) => field !== 'admin1');
export type PlaceProperties = Pick<Layers['places'], (typeof PLACE_FIELDS)[number]>;
/** A border that somebody imported may lack kilometres; it is drawn all the same. */
export type SegmentProperties = Partial<Layers['border-25m']>;

/** As much of an incident as the strip marks. */
export type MarkedProperties = Pick<
  IncidentProperties,
  'title' | 'category' | 'status' | 'date' | 'date_precision' | 'place' | 'admin1' | 'country' | 'border_km' | 'position_uncertainty_m'
>;
export type MarkedIncident = Feature<Point, MarkedProperties> & { id: string };

export type Incident = Feature<Point, IncidentProperties> & { id: string };
export type Crossing = Feature<Point, CrossingProperties> & { id: string };
export type Place = Feature<Point, PlaceProperties> & { id: string };
export type Segment = Feature<LineString, SegmentProperties> & { id: string };

/** A page of features of one kind. */
export type Page<F extends Feature = Feature> = FeatureCollection & Omit<Schemas['featureCollection'], 'features'> & { features: F[] };

export type Link = Schemas['link'];
export type Collection = Schemas['collection'];
/** What `border/profile` and `border/compare` answer. */
export type Profile = Schemas['profile'];
export type Interval = Profile['interval'];
export type Compared = Schemas['comparison'];
/** What `border/locate` says of a point. */
export type Located = Schemas['located'];
/** RFC 9457; something between us and the server may answer with less. */
export type Problem = Partial<Schemas['problem']>;
/** The kinds of problems, and of faults that parameters have. */
export type ProblemCode = Schemas['problem']['code'];
export type FaultCode = Schemas['fault']['code'];
