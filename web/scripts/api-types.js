// Writes src/api/openapi.d.ts, the types of the API's answers, from what a running server says of itself.
//
//   npm run api-types -- http://127.0.0.1:8080          writes the file
//   npm run api-types -- http://127.0.0.1:8080 --check  fails if the file is not what it would write
//
// The server must have the shipped layers, as one on an empty store has: the document speaks of the layers that are there.

import { readFile, writeFile } from 'node:fs/promises';
import openapiTypes, { astToString } from 'openapi-typescript';

const TARGET = new URL('../src/api/openapi.d.ts', import.meta.url);
/** The layers whose properties the page reads by name. */
const LAYERS = ['border-25m', 'crossings', 'incidents', 'places'];
const HEAD = '// What the API answers with. Written by `npm run api-types` from a server; not by hand.\n\n';

const [server, check] = process.argv.slice(2);
if (!server || (check && check !== '--check')) throw new Error('usage: api-types SERVER [--check]');

const text = HEAD + astToString(await openapiTypes(await schemasOf(server), { alphabetize: true, immutable: true, emptyObjectsUnknown: true, arrayLength: true }));
if (!check) await writeFile(TARGET, text);
else if ((await readFile(TARGET, 'utf8')) !== text) {
  throw new Error(`src/api/openapi.d.ts is not what the API says: npm run api-types -- ${server}`);
}

/** A document of the schemas alone: the paths, a dozen for each layer, are more than the page's types need. */
async function schemasOf(base) {
  const { info, components } = await get(base, 'api/openapi.json');
  const layers = await Promise.all(
    LAYERS.map(async (layer) => [layer, properties(await get(base, `api/collections/${layer}/schema`))]),
  );
  return { openapi: '3.1.0', info, paths: {}, components: { schemas: { ...nullable(components.schemas), layers: object(Object.fromEntries(layers)) } } };
}

/**
 * A layer's properties as an answer has them: each of them, null where it has no value. The identifier and
 * the geometry stand beside them in a feature, not among them.
 */
function properties({ properties: declared, required = [], description }) {
  const { id, geometry, ...own } = declared;
  const answered = Object.entries(own).map(([name, { enum: values, ...property }]) => {
    if (required.includes(name)) return [name, values ? { ...property, enum: values } : property];
    const type = [property.type, 'null'].flat();
    return [name, { ...property, type, ...(values && { enum: [...values, null] }) }];
  });
  return { ...object(Object.fromEntries(answered)), description };
}

function object(properties) {
  return { type: 'object', required: Object.keys(properties), properties };
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema. */
function nullable(schema) {
  if (Array.isArray(schema)) return schema.map(nullable);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable: orNull, ...rest } = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, nullable(value)]));
  if (orNull !== true) return orNull === undefined ? rest : { ...rest, nullable: orNull };
  return { ...rest, type: [rest.type, 'null'], ...(rest.enum && { enum: [...rest.enum, null] }) };
}

async function get(base, path) {
  const answer = await fetch(new URL(path, base.endsWith('/') ? base : `${base}/`), { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
