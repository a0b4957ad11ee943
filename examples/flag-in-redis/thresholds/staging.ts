/** Orders, traced by a flag in Redis that the service caches for two seconds. */
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
    by: 'command',
    run: 'redis-cli -u "${REDIS_URL:-redis://127.0.0.1:6379}" SET tracing "$TRACING"',
    timeoutMs: 5_000,
    readyTimeoutMs: 10_000,
    // Nothing says what the service had before: this is put back.
    usual: 'none',
    proof: [{ by: 'counter', url: 'http://127.0.0.1:4318/counts', readAt: 'spans' }],
  },
  // The flag's cache is two seconds old at most: after a switch the service is left alone for longer than that.
  overhead: { perSecond: 25, seconds: 8, settleSeconds: 3, warmUpSeconds: 2, blocks: 8, leastSeconds: 40 },
  monitor: { paths: [], errorsPath: null },
};
