/** Orders in two deployments; the flag of each is a key of its own in Redis, and `swap.sh` exchanges the two. */
import type { Environment } from './types.ts';

export const staging: Environment = {
  baseUrl: 'http://127.0.0.1:3001',
  auth: { type: 'none' },
  api: {
    endpoint: '/orders',
    payload: 'examples/orders.json',
    success: { status: [200], contentType: 'json', fresh: 'id' },
    probe: { method: 'GET', path: '/orders' },
  },
  settings: { values: { TRACING: { off: 'off', on: 'on' } } },
  switching: {
    by: 'deployments',
    urls: { none: 'http://127.0.0.1:3001', all: 'http://127.0.0.1:3002' },
    swap: { command: 'examples/two-deployments/swap.sh', timeoutMs: 10_000 },
    proof: [{ by: 'echo', header: 'X-Tracing' }],
  },
  overhead: { perSecond: 25, seconds: 8, settleSeconds: 1, warmUpSeconds: 2, blocks: 8, leastSeconds: 40 },
  monitor: { paths: [], errorsPath: null },
};
