// The HTTP server: routes, authentication and error answers.
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { oneLine } from '../errors.ts';
import { registerAdmin } from './admin-routes.ts';
import { authenticate } from './authenticate.ts';
import type { Backend } from './backend.ts';
import { registerMonitoring } from './monitoring-routes.ts';
import { registerOauth } from './oauth-route.ts';
import { Refusal } from './refusal.ts';
import { registerWorkflows } from './workflow-route.ts';

/** Largest body, bytes. */
const bodyLimit = 2 ** 20;

/** Builds the server; it does not listen yet. */
export async function buildServer(backend: Backend): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, bodyLimit, keepAliveTimeout: 60_000, forceCloseConnections: 'idle' });
  app.setErrorHandler((error, _request, reply) => answerError(backend, error, reply));
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is no ${request.method} ${request.url}` }),
  );

  registerOauth(app, backend);
  await app.register(
    (api, _options, done) => {
      api.addHook('onRequest', (request, _reply, next) => {
        next(authenticate(backend, request));
      });
      registerMonitoring(api, backend);
      registerAdmin(api, backend);
      done();
    },
    { prefix: '/api/v1/observability' },
  );
  await app.register((api, _options, done) => {
    registerWorkflows(api, backend);
    done();
  });
  return app;
}

/** Answers an error with its status and one line. */
function answerError(backend: Backend, error: unknown, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status >= 500) backend.errors.record('request', error);
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  if (error instanceof Refusal && error.retryAfterS !== undefined)
    reply.header('Retry-After', String(error.retryAfterS));
  return reply.code(status).send({ error: oneLine(error) });
}

/** The framework's own errors (bad JSON, too large) carry a status. */
function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return 500;
}
