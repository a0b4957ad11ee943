/**
 * How a target's settings are switched, as data: three kinds of target, all of which the reference target is. An environment
 * takes one of them, or its own. What the fields mean: `Switching` in types.ts.
 */
import type { Switching } from './types.ts';

/** In every answer of the API: `X-Observability-Flags: ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false,…`. */
const echo = { by: 'echo', header: 'X-Observability-Flags' } as const;
const header = { name: 'X-Observability-Flags', value: '{settings}' };
const read = { by: 'read', method: 'GET', path: '/api/v1/observability/flags', readAt: 'flags' } as const;

/** One admin call for all settings, and a header for one request. */
export const switching: Switching & { by: 'call' } = {
  by: 'call',
  write: { method: 'PUT', path: '/api/v1/observability/flags', body: { flags: '{settings}' } },
  timeoutMs: 10_000,
  proof: [echo, read],
  header,
};

/** One admin call for each setting. */
export const oneCallASetting: Switching & { by: 'call' } = {
  by: 'call',
  write: { method: 'PUT', path: '/api/v1/observability/flags/{setting}', body: { value: '{value}' } },
  timeoutMs: 10_000,
  proof: [echo, read],
};

/** A header only: `MODE=header`, which gives a lower bound of the overhead. */
export const headerOnly: Switching = { by: 'header', header, proof: [echo] };
