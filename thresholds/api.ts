/** The API under test. Edit this file, and one of the environments, to load-test your own. */
import type { Api } from './types.ts';

export const api: Api = {
  method: 'POST',
  endpoint: '/api/v1/workflows/execute',
  headers: { 'Content-Type': 'application/json' },
  payload: 'mix',
  success: { status: [200], contentType: 'json', json: { status: 'completed' }, fresh: 'executionId' },
  timeoutMs: 10_000,
  probe: { method: 'GET', path: '/api/v1/observability/queue-stats' },
};
