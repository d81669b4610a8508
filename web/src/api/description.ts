// What the server's own description (OpenAPI) says can be exported of a layer: the formats, and what may be asked.

import { get } from './client';
import type { Question } from './query';
import type { Collection } from './types';
import { NO_FILTER } from '../state/view';

interface Parameter {
  readonly name: string;
  readonly schema: { readonly enum?: readonly string[]; readonly default?: string };
}

/** As much of the document as is read here. */
interface Description {
  readonly paths: Readonly<Record<string, { readonly get: { readonly parameters: readonly (Parameter | { readonly $ref: string })[] } }>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

/** How a layer can be exported. */
export interface Exportable {
  /** The values of `f`, the usual one first. */
  readonly formats: readonly string[];
  /** The parameters, each with the values that it knows, or null where it takes any. */
  readonly asks: ReadonlyMap<string, readonly string[] | null>;
}

let asked: Promise<Description> | null = null;

export async function exportable(layer: string): Promise<Exportable> {
  asked ??= get<Description>('api/openapi.json');
  try {
    return read(await asked, layer);
  } catch (cause) {
    // What failed once is asked again.
    asked = null;
    throw cause;
  }
}

function read({ paths, components }: Description, layer: string): Exportable {
  const listed = paths[`/collections/${layer}/export`]?.get.parameters ?? [];
  const parameters = listed.flatMap((one) => {
    const known = '$ref' in one ? components.parameters[one.$ref.replace(/^.*\//, '')] : one;
    return known ? [known] : [];
  });
  const format = parameters.find(({ name }) => name === 'f')?.schema;
  const usual = format?.default ?? 'geojson';
  const formats = [usual, ...(format?.enum ?? []).filter((name) => name !== usual)];
  return { formats, asks: new Map(parameters.map(({ name, schema }) => [name, schema.enum ?? null])) };
}

/**
 * As much of a question as another layer understands. A property counts as the same where it knows the
 * values asked for: a crossing's `status` is a sentence, not an incident's status.
 */
export function fitting({ filter, near, radiusM }: Question, { asks }: Exportable, { extent }: Collection): Question {
  const known = (name: string, values: readonly string[]): readonly string[] =>
    values.every((value) => asks.get(name)?.includes(value)) ? values : [];
  const { area } = filter;
  // A feature without a time meets every time: asking would say something of the layer that isn't so.
  const timed = extent !== undefined && 'temporal' in extent;
  const along = area?.kind !== 'corridor' || asks.has('border_km');
  return {
    filter: {
      ...NO_FILTER,
      categories: known('category', filter.categories),
      statuses: known('status', filter.statuses),
      precisions: known('position_precision', filter.precisions),
      countries: known('country', filter.countries),
      text: asks.has('q') ? filter.text : null,
      area: along ? area : null,
      from: timed ? filter.from : null,
      to: timed ? filter.to : null,
    },
    near: near ?? null,
    radiusM: radiusM ?? null,
  };
}
