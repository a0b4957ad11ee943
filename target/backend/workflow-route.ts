// The workflow route: what surrounds an execution, from the echo of the flags to the log of what was injected.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { flagHeader, formatFlags, parseFlagHeader, type Flags } from '../flags.ts';
import type { Injected } from '../injection/injector.ts';
import type { Fault } from '../settings.ts';
import { authenticate } from './authenticate.ts';
import type { Backend } from './backend.ts';
import type { ExecuteAnswer } from './execute.ts';
import { enforceRateLimit } from './rate-limit.ts';
import { checked, Refusal } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Arrival, on the clock of `performance.now()`, milliseconds. */
    arrivalMs: number;
  }
}

/** Where `X-Observability-Flags` arrives: Node lowers the names of headers. */
const flagHeaderKey = flagHeader.toLowerCase();

export function registerWorkflows(app: FastifyInstance, backend: Backend): void {
  app.decorateRequest('arrivalMs', 0);
  app.addHook('onRequest', (request, reply, next) => {
    request.arrivalMs = performance.now();
    const number = backend.counts.start();
    reply.raw.once('close', () => {
      backend.counts.end(number);
    });
    next(backend.fault === null ? authenticate(backend, request) : undefined);
  });
  app.addHook('onSend', (request, reply, payload, next) => {
    const totalMs = performance.now() - request.arrivalMs;
    reply.header('Server-Timing', `total;dur=${totalMs.toFixed(2)}`);
    if (backend.flags.echoes && !reply.hasHeader(flagHeader))
      reply.header(flagHeader, formatFlags(backend.flags.current));
    next(null, payload);
  });
  app.addHook('onResponse', (_request, reply, next) => {
    backend.counts.answered(reply.statusCode);
    next();
  });
  app.post('/api/v1/workflows/execute', async (request, reply) => {
    if (backend.fault !== null) return misbehave(backend.fault, reply);
    return answer(backend, request, reply);
  });
}

async function answer(
  backend: Backend,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ExecuteAnswer> {
  const flags = flagsOf(backend, request);
  if (backend.flags.echoes) reply.header(flagHeader, formatFlags(flags));
  await enforceRateLimit(backend, request);
  const execution = await backend.executor.check(request.body);
  const startMs = performance.timeOrigin + request.arrivalMs;
  const injected: Injected = {};
  let status = 500;
  try {
    const result = await backend.executor.run(execution, flags, injected);
    status = 200;
    return result;
  } catch (error) {
    if (error instanceof Refusal) status = error.status;
    throw error;
  } finally {
    const totalMs = performance.now() - request.arrivalMs;
    backend.log.add({ executionId: execution.id, status, startMs, totalMs, flags, injected });
  }
}

/** The flags in force for this request: the system's, and the header's where that is allowed. */
function flagsOf(backend: Backend, request: FastifyRequest): Flags {
  const header = request.headers[flagHeaderKey];
  if (!backend.settings.allowFlagHeader || typeof header !== 'string') return backend.flags.current;
  return { ...backend.flags.current, ...checked(() => parseFlagHeader(header)) };
}

function misbehave(fault: Fault, reply: FastifyReply): FastifyReply {
  switch (fault.kind) {
    case 'status':
      return reply.code(fault.status).send({ error: `fault: status ${fault.status}` });
    case 'html':
      return reply
        .type('text/html')
        .send('<!doctype html><title>Bad gateway</title><h1>502 Bad Gateway</h1>');
    case 'hang':
      return reply.hijack();
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
  }
}
