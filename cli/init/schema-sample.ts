/** A value that a JSON schema of an OpenAPI file allows: its examples and defaults, and else the simplest. */
import type { Json } from '../../thresholds/types.ts';
import { UsageError } from '../errors.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** Schemas that hold themselves end there. */
const DEEPEST = 8;

const OF_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  email: 'user@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

export function sampleOf(document: JsonObject, node: Json, depth = 0): Json {
  const schema = object(node);
  const reference = text(schema.$ref);
  if (reference !== undefined) return sampleOf(document, followed(document, reference), depth + 1);
  const [given] = [
    schema.const,
    schema.example,
    array(schema.examples)[0],
    schema.default,
    array(schema.enum)[0],
  ].filter((value) => value !== undefined);
  if (given !== undefined || depth > DEEPEST) return given ?? null;
  const one = array(schema.oneOf)[0] ?? array(schema.anyOf)[0];
  if (one !== undefined) return sampleOf(document, one, depth + 1);
  const type =
    array(schema.type)[0] ?? schema.type ?? (schema.properties || schema.allOf ? 'object' : 'string');
  switch (type) {
    case 'object':
      return objectSample(document, schema, depth);
    case 'array':
      return [sampleOf(document, schema.items ?? {}, depth + 1)];
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return (OF_FORMAT[text(schema.format) ?? ''] ?? 'text').padEnd(Number(schema.minLength ?? 0), 'x');
  }
}

/** Its properties but for those that only answers have, over those of each part of `allOf`. */
function objectSample(document: JsonObject, schema: JsonObject, depth: number): Json {
  const parts = array(schema.allOf).map((part) => object(sampleOf(document, part, depth + 1)));
  const own = Object.entries(object(schema.properties))
    .filter(([, property]) => object(property).readOnly !== true)
    .map(([name, property]) => [name, sampleOf(document, property, depth + 1)]);
  return Object.assign({}, ...parts, Object.fromEntries(own)) as Json;
}

/** What a reference inside of the file leads to. @throws UsageError where it leads nowhere, or out of it */
export function followed(document: JsonObject, reference: string): Json {
  const steps = reference.replace(/^#\//, '').split('/');
  const found = steps.reduce<Json | undefined>(
    (node, step) => object(node)[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
  if (reference.startsWith('#/') && found !== undefined) return found;
  throw new UsageError(
    `--openapi: '${reference}' is not in the file; expected one that holds all of its parts`,
  );
}

export function object(node: Json | undefined): JsonObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node) ? node : {};
}

export function array(node: Json | undefined): Json[] {
  return Array.isArray(node) ? node : [];
}

export function text(node: Json | undefined): string | undefined {
  return typeof node === 'string' ? node : undefined;
}
