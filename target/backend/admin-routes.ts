// Switching from outside: flags, injection and faults.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { isFlagName, parseFlagObject, type Flags } from '../flags.ts';
import { parseInjection } from '../injection/injection.ts';
import { named, parseFault } from '../settings.ts';
import { untilDone } from '../until-done.ts';
import { drainQueues, type Backend } from './backend.ts';
import { checked, fields, Refusal } from './refusal.ts';

/** Longest drain before a switch answers, milliseconds. */
const drainLimitMs = 10_000;

export function registerAdmin(app: FastifyInstance, backend: Backend): void {
  if (backend.settings.adminFlags) registerFlags(app, backend);
  registerInjection(app, backend);
  registerFault(app, backend);
}

function registerFlags(app: FastifyInstance, backend: Backend): void {
  app.get('/flags', () => ({ flags: backend.flags.current }));

  app.put('/flags', async (request) => {
    const body = fields(request.body, 'body');
    const { drain = false } = body;
    if (typeof drain !== 'boolean') throw new Refusal(400, 'drain: must be true or false');
    backend.flags.switch(checked(() => parseFlagObject(body.flags)));
    const drained = drain ? { drained: await drainAll(backend) } : {};
    return { flags: backend.flags.current, ...drained };
  });

  app.put<{ Params: { flag: string } }>('/flags/:flag', (request): { flags: Flags } => {
    const { flag } = request.params;
    const { value } = fields(request.body, 'body');
    if (!isFlagName(flag)) throw new Refusal(404, `there is no flag ${flag.slice(0, 80)}`);
    if (typeof value !== 'boolean') throw new Refusal(400, 'value: must be true or false');
    backend.flags.switch({ [flag]: value });
    return { flags: backend.flags.current };
  });
}

function registerInjection(app: FastifyInstance, backend: Backend): void {
  app.get('/injection', () => backend.injector.injection);

  app.put('/injection', (request) => {
    backend.injector.replace(checked(() => parseInjection(request.body)));
    return backend.injector.injection;
  });

  app.get<{ Querystring: { since?: string } }>('/injection/log', (request, reply) => {
    const since = Number(request.query.since ?? 0);
    if (!Number.isInteger(since) || since < 0)
      throw new Refusal(400, 'since: must be a whole number from 0 on');
    return reply
      .type('application/x-ndjson')
      .header('X-Next', String(backend.log.next))
      .send(Readable.from(backend.log.lines(since)));
  });
}

function registerFault(app: FastifyInstance, backend: Backend): void {
  app.put('/fault', (request) => {
    const { fault } = fields(request.body, 'body');
    backend.fault = checked(() => named('fault', () => parseFault(fault)));
    return { fault };
  });
}

/** Waits for the requests that are being answered, then for the queues; false when there was not enough time. */
async function drainAll(backend: Backend): Promise<boolean> {
  const end = performance.now() + drainLimitMs;
  const before = backend.counts.started;
  const ended = await untilDone(() => backend.counts.allEndedBefore(before), drainLimitMs);
  return ended && drainQueues(backend, end - performance.now());
}
