import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from '../errors.ts';
import { fromOpenApi } from './openapi.ts';

const orders = `
openapi: 3.1.0
info: { title: Orders, version: '1' }
servers: [{ url: 'https://{region}.example.org/v2/', variables: { region: { default: eu } } }]
security: [{ bearer: [] }]
paths:
  /orders/{id}/items:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string, format: uuid } }
    post:
      operationId: addItem
      parameters:
        - { name: dry, in: query, required: true, schema: { type: boolean } }
        - { name: page, in: query, schema: { type: integer } }
        - { name: X-Tenant, in: header, required: true, example: acme }
      requestBody: { $ref: '#/components/requestBodies/Item' }
      responses:
        '201': { description: made, content: { application/json: {} } }
        '400': { description: wrong }
  /search:
    get:
      security: [{ key: [] }]
      parameters: [{ name: q, in: query, examples: { one: { value: shoes } } }]
      responses: { '200': { description: found } }
    post:
      operationId: login
      security: []
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { type: object, properties: { name: { type: string, minLength: 6 }, n: { type: integer, minimum: 3 } } }
      responses: { default: { description: any } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Api-Key }
  requestBodies:
    Item:
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Item' }
  schemas:
    Base: { type: object, properties: { id: { type: integer, readOnly: true }, at: { type: string, format: date-time } } }
    Item:
      allOf: [{ $ref: '#/components/schemas/Base' }]
      properties:
        sku: { type: string, examples: [A-1] }
        colour: { enum: [red, blue] }
        size: { type: [integer, 'null'] }
        price: { oneOf: [{ type: number, default: 9.5 }] }
        tags: { type: array, items: { type: string } }
        parent: { $ref: '#/components/schemas/Item' }
`;

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-openapi-'));
after(() => rm(folder, { recursive: true }));
const write = async (name: string, content: string) => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};
const file = await write('orders.yaml', orders);

test('an operation: server, parameters that it needs, a body that its schema allows, its token, its answer', async () => {
  const { method, url, headers, body, answer } = await fromOpenApi(file, 'addItem');
  assert.equal(method, 'POST');
  assert.equal(url, 'https://eu.example.org/v2/orders/00000000-0000-4000-8000-000000000000/items?dry=true');
  assert.deepEqual(headers, [
    ['X-Tenant', 'acme'],
    ['Content-Type', 'application/json'],
    ['Authorization', 'Bearer $AUTH_TOKEN'],
  ]);
  const item = JSON.parse(body ?? '') as Record<string, unknown>;
  const { parent, ...own } = item;
  assert.deepEqual(own, {
    at: '2026-01-01T00:00:00Z',
    sku: 'A-1',
    colour: 'red',
    size: 1,
    price: 9.5,
    tags: ['text'],
  });
  assert.equal((parent as typeof item).sku, 'A-1', 'a schema that holds itself ends');
  assert.deepEqual(answer, { status: 201, contentType: 'application/json' });
});

test('an operation by method and path; a key; a form', async () => {
  const search = await fromOpenApi(file, 'GET /search');
  assert.equal(search.url, 'https://eu.example.org/v2/search?q=shoes');
  assert.deepEqual(search.headers, [['X-Api-Key', '$X_API_KEY']]);
  const login = await fromOpenApi(file, 'login');
  assert.deepEqual(login.headers, [['Content-Type', 'application/x-www-form-urlencoded']]);
  assert.equal(login.body, 'name=textxx&n=3');
});

test('JSON, as a server writes it; the examples of the file come first', async () => {
  const json = await write(
    'one.json',
    JSON.stringify({
      openapi: '3.0.3',
      paths: {
        '/x': {
          put: {
            requestBody: {
              content: { 'application/json': { example: { a: 10 }, schema: { type: 'string' } } },
            },
          },
        },
      },
    }),
  );
  const { method, url, body } = await fromOpenApi(json, undefined);
  assert.deepEqual([method, url, body], ['PUT', '/x', '{"a":10}']);
});

test('what is no OpenAPI 3 file, and an operation that is not in it: one line each', async () => {
  const cases: [file: string, operation: string | undefined, says: RegExp][] = [
    [file, undefined, /--operation is missing; allowed: addItem, GET \/search, login$/],
    [file, 'addItems', /--operation 'addItems': there is none in .*; allowed: addItem,/],
    [await write('swagger.json', '{"swagger":"2.0"}'), 'x', /Swagger 2\.0; expected OpenAPI 3/],
    [await write('other.yaml', 'a: 1'), 'x', /no OpenAPI file; expected OpenAPI 3/],
    [await write('broken.yaml', 'a: [1'), 'x', /broken\.yaml: .+/],
    [
      await write('parts.yaml', 'openapi: 3.0.0\npaths: { /x: { $ref: "paths.yaml#/x" } }'),
      undefined,
      /'paths\.yaml#\/x' is not in the file; expected one that holds all of its parts/,
    ],
  ];
  for (const [of, operation, says] of cases)
    await assert.rejects(
      fromOpenApi(of, operation),
      (error) => error instanceof UsageError && says.test(error.message) && !error.message.includes('\n'),
      of,
    );
});
