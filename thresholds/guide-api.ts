/** The guide's workflow API, which the reference target has. */
import type { Api } from './types.ts';

export const guideApi: Api = {
  method: 'POST',
  endpoint: '/api/v1/workflows/execute',
  headers: { 'Content-Type': 'application/json' },
  payload: 'mix',
  success: { status: [200], contentType: 'json', json: { status: 'completed' }, fresh: 'executionId' },
  timeoutMs: 10_000,
  probe: { method: 'GET', path: '/api/v1/observability/queue-stats' },
};
