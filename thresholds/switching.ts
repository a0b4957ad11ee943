/** How the reference target's flags are switched; the start for one's own. */
import type { Switching } from './types.ts';

export const switching: Switching = {
  admin: {
    read: { method: 'GET', path: '/api/v1/observability/flags', readAt: 'flags' },
    write: { method: 'PUT', path: '/api/v1/observability/flags', body: { flags: '{flags}' } },
    timeoutMs: 10_000,
  },
  header: { name: 'X-Observability-Flags', value: '{flags}' },
  echo: { header: 'X-Observability-Flags' },
};
