// The HTTP server of the sinks: two vendors' endpoints, and the controls of a test.
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { oneLine } from '../errors.ts';
import { langfuseKeys, rudderStackWriteKey } from './keys.ts';
import { readBatch, readOtlp, type Payload } from './payloads.ts';
import { Sink, type Behaviour } from './sink.ts';

/** Largest body, bytes; a batch of twenty is a hundredth of it. */
const bodyLimit = 16 * 1024 * 1024;

const behaviours: readonly Behaviour[] = ['ok', 'slow', 'error', 'down'];

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Builds the server; it does not listen yet. */
export function createSinks(): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit,
    keepAliveTimeout: 60_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  // Routes read bodies themselves: RudderStack's SDK sends gzip and calls it a form.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error, _request, reply) =>
    error instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE
      ? reply.code(413).send({ error: `body: larger than ${bodyLimit} bytes` })
      : reply.code(400).send({ error: oneLine(error) }),
  );
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is no ${request.method} ${request.url}` }),
  );

  const langfuse = new Sink();
  const rudderstack = new Sink();
  registerEndpoint(app, {
    path: '/api/public/otel/v1/traces',
    sink: langfuse,
    authorization: basic(langfuseKeys.publicKey, langfuseKeys.secretKey),
    read: readOtlp,
  });
  registerEndpoint(app, {
    path: '/v1/batch',
    sink: rudderstack,
    authorization: basic(rudderStackWriteKey, ''),
    read: (body, request) => readBatch(body, request.headers['content-encoding'] === 'gzip', bodyLimit),
  });
  registerControls(app, { langfuse, rudderstack });
  return app;
}

interface Endpoint {
  readonly path: string;
  readonly sink: Sink;
  readonly authorization: string;
  readonly read: (body: Buffer, request: FastifyRequest) => Payload;
}

/** Takes exports, and counts one when it is answered and the client still waits. */
function registerEndpoint(app: FastifyInstance, { path, sink, authorization, read }: Endpoint): void {
  app.post<{ Body?: Buffer }>(path, async (request, reply) => {
    const { body = Buffer.alloc(0) } = request;
    if (sink.behaviour === 'down') {
      sink.refuse('refused');
      reply.hijack();
      request.socket.resetAndDestroy();
      return reply;
    }
    if (request.headers.authorization !== authorization) {
      sink.refuse('unauthorized');
      return reply.code(401).send({ error: 'wrong credentials' });
    }
    if (sink.behaviour === 'slow') await wait(sink.delayMs);
    if (sink.behaviour === 'error' || reply.raw.destroyed) {
      sink.refuse('refused');
      return reply.code(500).send({ error: 'told to fail' });
    }
    const { count, executionIds } = read(body, request);
    sink.accept(count, executionIds);
    return {};
  });
}

function registerControls(app: FastifyInstance, sinks: Readonly<Record<string, Sink>>): void {
  const ofEach = <T>(read: (sink: Sink) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(sinks).map(([name, sink]) => [name, read(sink)]));
  const stats = () => ofEach((sink) => sink.stats());

  app.get('/stats', stats);
  app.get('/executions', () => ofEach((sink) => sink.executions()));
  app.put<{ Body?: Buffer }>('/behaviour', ({ body = Buffer.alloc(0) }) => {
    behave(sinks, JSON.parse(body.toString()));
    return stats();
  });
  app.post('/reset', () => {
    for (const sink of Object.values(sinks)) sink.reset();
    return stats();
  });
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
