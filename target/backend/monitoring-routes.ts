// GET queue-stats, metrics and errors: answered from memory, without work for the database.
import type { FastifyInstance } from 'fastify';
import type { Backend } from './backend.ts';

export function registerMonitoring(app: FastifyInstance, backend: Backend): void {
  app.get('/queue-stats', () => ({
    langfuse: backend.langfuse.stats(),
    rudderstack: backend.rudderstack.stats(),
    database: backend.database.writers(),
    injected: { queued: backend.injector.queued, cacheEntries: backend.injector.cached },
  }));

  app.get('/metrics', async (request, reply) => {
    if (!wantsText(request.headers.accept)) return backend.monitor.json();
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await backend.monitor.prometheus());
  });

  app.get('/errors', () => backend.errors.summary());
}

/** JSON unless text, and not JSON, is asked for: Prometheus asks for text or OpenMetrics. */
function wantsText(accept = ''): boolean {
  return /text\/plain|openmetrics/.test(accept) && !accept.includes('application/json');
}
