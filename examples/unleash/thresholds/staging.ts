/** Orders, traced by a feature of Unleash, which has an address and a token of its own. */
import type { Environment } from './types.ts';

const feature = 'http://127.0.0.1:4242/api/admin/projects/default/features/tracing/environments/development';
const headers = { Authorization: { variable: 'UNLEASH_ADMIN_TOKEN' } };

export const staging: Environment = {
  baseUrl: 'http://127.0.0.1:3001',
  auth: { type: 'none' },
  api: {
    endpoint: '/orders',
    payload: 'examples/orders.json',
    success: { status: [200], contentType: 'json', fresh: 'id' },
    probe: { method: 'GET', path: '/orders' },
  },
  settings: { values: { tracing: { off: 'off', on: 'on' } } },
  switching: {
    by: 'call',
    // Unleash has a path for each value, and answers with `enabled`.
    write: { method: 'POST', url: `${feature}/{value}`, headers, body: {} },
    timeoutMs: 10_000,
    proof: [
      { by: 'echo', header: 'X-Tracing' },
      {
        by: 'read',
        method: 'GET',
        url: feature,
        headers,
        readAt: 'enabled',
        values: { true: 'on', false: 'off' },
      },
    ],
  },
  // The SDK of the service asks Unleash each second, and Unleash itself caches: after a switch both need time.
  overhead: { perSecond: 25, seconds: 8, settleSeconds: 4, warmUpSeconds: 2, blocks: 8, leastSeconds: 40 },
  monitor: { paths: [], errorsPath: null },
};
