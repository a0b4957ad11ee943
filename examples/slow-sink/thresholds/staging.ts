/** The reference target, whose sinks are told to be slow or down: what does observability cost then? */
import { guideApi } from './guide-api.ts';
import { settings } from './settings.ts';
import type { Environment } from './types.ts';

const SINKS = 'http://127.0.0.1:3010';
const flags = Object.keys(settings.values);
const allOn = Object.fromEntries(flags.map((flag) => [flag, true]));

export const staging: Environment = {
  baseUrl: 'http://127.0.0.1:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: guideApi,
  // Only the arms of its own change the sink: `all` and `none` have one that is well.
  settings: {
    ...settings,
    values: { ...settings.values, SINK: { off: 'ok', on: 'ok' } },
    arms: {
      'sink-slow': { ...allOn, SINK: 'slow' },
      'sink-down': { ...allOn, SINK: 'down' },
      'sink-down-sync': { ...allOn, ENABLE_ASYNC_TRACE_EXPORT: false, SINK: 'down' },
      sync: { ...allOn, ENABLE_ASYNC_TRACE_EXPORT: false },
    },
  },
  switching: {
    by: 'call',
    timeoutMs: 15_000,
    write: [
      {
        method: 'PUT',
        url: `${SINKS}/behaviour`,
        settings: ['SINK'],
        body: {
          langfuse: { behaviour: '{value}', delayMs: 1_000 },
          rudderstack: { behaviour: '{value}', delayMs: 1_000 },
        },
      },
      {
        method: 'PUT',
        path: '/api/v1/observability/flags',
        settings: flags,
        body: { flags: '{settings}' },
      },
    ],
    proof: [
      { by: 'echo', header: 'X-Observability-Flags', settings: flags },
      { by: 'read', method: 'GET', path: '/api/v1/observability/flags', readAt: 'flags', settings: flags },
      { by: 'read', method: 'GET', url: `${SINKS}/stats`, readAt: 'langfuse.behaviour', settings: ['SINK'] },
    ],
  },
  overhead: {
    perSecond: 100,
    seconds: 4,
    settleSeconds: 1,
    warmUpSeconds: 2,
    blocks: 8,
    leastSeconds: 20,
    drainSeconds: 0,
  },
};
