/**
 * How a target's flags are switched, as data: three kinds of target, all of which the reference target is. An environment
 * takes one of them, or its own. What the fields mean: `Switching` in types.ts.
 */
import type { Switching } from './types.ts';

/** In every answer of the API: `X-Observability-Flags: ENABLE_OBSERVABILITY=true,TRACK_MODEL_COSTS=false,…`. */
const echo = { header: 'X-Observability-Flags' };
const header = { name: 'X-Observability-Flags', value: '{flags}' };
const read = { method: 'GET', path: '/api/v1/observability/flags', readAt: 'flags' } as const;

/** One admin call for all flags, and a header for one request. */
export const switching: Switching = {
  admin: {
    read,
    write: { method: 'PUT', path: '/api/v1/observability/flags', body: { flags: '{flags}' } },
    timeoutMs: 10_000,
  },
  header,
  echo,
};

/** One admin call for each flag. */
export const oneCallAFlag: Switching = {
  admin: {
    read,
    write: { method: 'PUT', path: '/api/v1/observability/flags/{flag}', body: { value: '{value}' } },
    timeoutMs: 10_000,
  },
  echo,
};

/** A header only: `MODE=header`, which gives a lower bound of the overhead. */
export const headerOnly: Switching = { header, echo };
