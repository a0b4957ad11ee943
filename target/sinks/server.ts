// The HTTP server of the sinks: two vendors' endpoints, and the controls of a test.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { oneLine } from '../errors.ts';
import { langfuseKeys, rudderStackWriteKey } from './keys.ts';
import { readBatch, readOtlp, type Payload } from './payloads.ts';
import { Sink, type Behaviour } from './sink.ts';

/** A batch of twenty is a hundredth of it. */
const MOST_BYTES = 16 * 1024 * 1024;

class BodyTooLarge extends Error {}

interface Endpoint {
  readonly sink: Sink;
  readonly authorization: string;
  readonly read: (body: Buffer, request: IncomingMessage) => Payload;
}

const behaviours: readonly Behaviour[] = ['ok', 'slow', 'error', 'down'];

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Builds the server; it does not listen yet. */
export function createSinks(): Server {
  const sinks: Readonly<Record<string, Sink>> = { langfuse: new Sink(), rudderstack: new Sink() };
  const { langfuse, rudderstack } = sinks as Readonly<Record<'langfuse' | 'rudderstack', Sink>>;
  const endpoints: Readonly<Record<string, Endpoint>> = {
    'POST /api/public/otel/v1/traces': {
      sink: langfuse,
      authorization: basic(langfuseKeys.publicKey, langfuseKeys.secretKey),
      read: readOtlp,
    },
    'POST /v1/batch': {
      sink: rudderstack,
      authorization: basic(rudderStackWriteKey, ''),
      read: (body, request) => readBatch(body, request.headers['content-encoding'] === 'gzip', MOST_BYTES),
    },
  };
  return createServer((request, response) => {
    const endpoint = endpoints[`${request.method ?? ''} ${request.url ?? ''}`];
    const answered =
      endpoint === undefined ? control(sinks, request, response) : receive(endpoint, request, response);
    answered.catch((error: unknown) => {
      const tooLarge = error instanceof BodyTooLarge;
      // The rest of such a body is not waited for.
      if (tooLarge) response.setHeader('connection', 'close');
      send(response, tooLarge ? 413 : 400, { error: oneLine(error) });
    });
  });
}

/** Takes an export, and counts it once its answer has gone out to a client that still waits. */
async function receive(
  endpoint: Endpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { sink } = endpoint;
  if (sink.behaviour === 'down') {
    sink.refuse('refused');
    request.socket.resetAndDestroy();
    return;
  }
  const body = await readBody(request);
  if (request.headers.authorization !== endpoint.authorization) {
    sink.refuse('unauthorized');
    send(response, 401, { error: 'wrong credentials' });
    return;
  }
  if (sink.behaviour === 'slow') await wait(sink.delayMs);
  if (sink.behaviour === 'error' || response.destroyed) {
    sink.refuse('refused');
    send(response, 500, { error: 'told to fail' });
    return;
  }
  const { count, executionIds } = endpoint.read(body, request);
  sink.accept(count, executionIds);
  send(response, 200, {});
}

/** GET /stats, GET /executions, PUT /behaviour, POST /reset. */
async function control(
  sinks: Readonly<Record<string, Sink>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const all = Object.entries(sinks);
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  switch (route) {
    case 'GET /stats':
      break;
    case 'GET /executions':
      send(response, 200, Object.fromEntries(all.map(([name, sink]) => [name, sink.executions()])));
      return;
    case 'PUT /behaviour':
      behave(sinks, JSON.parse((await readBody(request)).toString()));
      break;
    case 'POST /reset':
      for (const [, sink] of all) sink.reset();
      break;
    default:
      send(response, 404, { error: `there is no ${route}` });
      return;
  }
  send(response, 200, Object.fromEntries(all.map(([name, sink]) => [name, sink.stats()])));
}

/** Applies `{"langfuse": {"behaviour": "slow", "delayMs": 500}, …}`; throws an Error of one line. */
function behave(sinks: Readonly<Record<string, Sink>>, change: unknown): void {
  for (const [name, value] of Object.entries(record(change))) {
    const sink = Object.hasOwn(sinks, name) ? sinks[name] : undefined;
    if (sink === undefined)
      throw new Error(`${name}: no such sink; there are ${Object.keys(sinks).join(', ')}`);
    const { behaviour, delayMs = 0 } = record(value);
    const known = behaviours.find((one) => one === behaviour);
    if (known === undefined) throw new Error(`${name}.behaviour: must be one of ${behaviours.join(', ')}`);
    if (typeof delayMs !== 'number' || !(delayMs >= 0))
      throw new Error(`${name}.delayMs: must be a number from 0 on`);
    sink.behaviour = known;
    sink.delayMs = delayMs;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('body: must be a JSON object');
  return { ...value };
}

/** @throws BodyTooLarge beyond the limit */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) throw new BodyTooLarge(`body: larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
