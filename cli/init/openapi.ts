/** An operation of an OpenAPI 3 file as one request, from its own examples where it has them. */
import { parse } from 'yaml';
import type { Json } from '../../thresholds/types.ts';
import { variableFor } from '../doctor/configuration.ts';
import { messageOf, UsageError } from '../errors.ts';
import { readText } from '../read-text.ts';
import type { ExampleRequest } from './example.ts';
import { array, followed, object, sampleOf, text, type JsonObject } from './schema-sample.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Operation {
  name: string;
  method: string;
  path: string;
  item: JsonObject;
  operation: JsonObject;
}

/**
 * @param name its `operationId`, or method and path: `POST /orders`
 * @throws UsageError one line, which lists the operations where `name` is none of them
 */
export async function fromOpenApi(file: string, name: string | undefined): Promise<ExampleRequest> {
  const document = await documentOf(file);
  const operations = operationsOf(document);
  const only = operations.length === 1 && name === undefined ? operations[0] : undefined;
  const found =
    only ?? operations.find((one) => one.name === name || `${one.method} ${one.path}` === name?.trim());
  if (found === undefined) {
    const names = operations.slice(0, 12).map((one) => one.name);
    const more = operations.length > names.length ? `, and ${operations.length - names.length} more` : '';
    throw new UsageError(
      `--operation ${name === undefined ? 'is missing' : `'${name}': there is none in ${file}`}; allowed: ${names.join(', ')}${more}`,
    );
  }
  return exampleOf(document, found);
}

async function documentOf(file: string): Promise<JsonObject> {
  let document: unknown;
  try {
    // JSON is YAML, too.
    document = parse(await readText(file));
  } catch (error) {
    throw new UsageError(`--openapi: ${file}: ${messageOf(error).split('\n')[0] ?? ''}`);
  }
  const root = object(document as Json);
  if (scalar(root.openapi).startsWith('3')) return root;
  const found = root.swagger === undefined ? 'no OpenAPI file' : `Swagger ${scalar(root.swagger)}`;
  throw new UsageError(`--openapi: ${file}: ${found}; expected OpenAPI 3`);
}

function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(object(document.paths)).flatMap(([path, value]) => {
    const item = resolved(document, value);
    return METHODS.flatMap((key) => {
      if (item[key] === undefined) return [];
      const operation = object(item[key]);
      const method = key.toUpperCase();
      return [{ name: text(operation.operationId) ?? `${method} ${path}`, method, path, item, operation }];
    });
  });
}

function exampleOf(document: JsonObject, { method, path, item, operation }: Operation): ExampleRequest {
  const parameters = new Map(
    [...array(item.parameters), ...array(operation.parameters)].map((parameter) => {
      const one = resolved(document, parameter);
      return [`${text(one.in) ?? ''} ${text(one.name) ?? ''}`, one];
    }),
  );
  const valuesIn = (place: string) =>
    [...parameters.values()]
      .filter((one) => one.in === place && (one.required === true || hasExample(one)))
      .map((one): [string, string] => [text(one.name) ?? '', scalar(valueOf(document, one))]);
  const filled = valuesIn('path').reduce(
    (all, [name, value]) => all.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  );
  const query = new URLSearchParams(valuesIn('query')).toString();
  const { type, body } = bodyOf(document, operation);
  return {
    method,
    url: `${serverOf(document, item, operation)}${filled}${query === '' ? '' : `?${query}`}`,
    headers: [
      ...valuesIn('header'),
      ...(type === null ? [] : [['Content-Type', type] as const]),
      ...securityHeaders(document, operation),
    ],
    body,
    answer: answerOf(document, operation),
  };
}

/** The first server; relative addresses stand below the base URL. */
function serverOf(document: JsonObject, item: JsonObject, operation: JsonObject): string {
  const server = object(
    array(operation.servers)[0] ?? array(item.servers)[0] ?? array(document.servers)[0] ?? {},
  );
  const variables = object(server.variables);
  return (text(server.url) ?? '')
    .replace(/\{(\w+)\}/g, (_, name: string) => text(object(variables[name]).default) ?? '')
    .replace(/\/+$/, '');
}

/** Its own example, or else what its schema allows. */
function valueOf(document: JsonObject, node: JsonObject): Json {
  return exampleIn(document, node) ?? sampleOf(document, node.schema ?? {});
}

function hasExample(node: JsonObject): boolean {
  return node.example !== undefined || node.examples !== undefined;
}

/** `example`, or the first of `examples`. */
function exampleIn(document: JsonObject, node: JsonObject): Json | undefined {
  if (node.example !== undefined) return node.example;
  const [first] = Object.values(object(node.examples));
  return first === undefined ? undefined : resolved(document, first).value;
}

function bodyOf(document: JsonObject, operation: JsonObject): { type: string | null; body: string | null } {
  const content = object(resolved(document, operation.requestBody ?? {}).content);
  const types = Object.keys(content);
  const type = types.find((one) => /[/+]json\b/i.test(one)) ?? types[0];
  if (type === undefined) return { type: null, body: null };
  if (/^multipart\//i.test(type))
    throw new UsageError('--operation: it sends files; expected one with a body of text');
  const value = valueOf(document, object(content[type]));
  if (/[/+]json\b/i.test(type)) return { type, body: JSON.stringify(value) };
  if (typeof value === 'string') return { type, body: value };
  const fields = Object.entries(object(value)).map(([name, one]): [string, string] => [name, scalar(one)]);
  return { type, body: new URLSearchParams(fields).toString() };
}

/** The lowest 2xx that is described. */
function answerOf(document: JsonObject, operation: JsonObject): { status: number; contentType: string } {
  const responses = object(operation.responses);
  const status = Object.keys(responses)
    .filter((key) => /^2\d\d$/.test(key))
    .sort()[0];
  const content = object(resolved(document, responses[status ?? ''] ?? {}).content);
  return { status: Number(status ?? 200), contentType: Object.keys(content)[0] ?? '' };
}

/** Headers as a request that is allowed would have them; the values are not known, so each names a variable. */
function securityHeaders(document: JsonObject, operation: JsonObject): [string, string][] {
  const schemes = object(object(document.components).securitySchemes);
  const [wanted] = array(operation.security ?? document.security);
  return Object.keys(object(wanted)).flatMap((name): [string, string][] => {
    const scheme = resolved(document, schemes[name] ?? {});
    const header = text(scheme.name) ?? '';
    if (scheme.type === 'http' && /^basic$/i.test(text(scheme.scheme) ?? ''))
      return [['Authorization', 'Basic $AUTHORIZATION']];
    if (scheme.type === 'apiKey') return scheme.in === 'header' ? [[header, `$${variableFor(header)}`]] : [];
    return [['Authorization', 'Bearer $AUTH_TOKEN']];
  });
}

function resolved(document: JsonObject, node: Json): JsonObject {
  const found = object(node);
  const reference = text(found.$ref);
  return reference === undefined ? found : object(followed(document, reference));
}

/** As a text; YAML has a version such as 3.0 as a number. */
function scalar(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
