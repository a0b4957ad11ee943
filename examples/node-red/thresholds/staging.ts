/** Node-RED under OpenTelemetry's auto-instrumentation: each switch is a restart with other variables. */
import type { Environment } from './types.ts';

export const staging: Environment = {
  baseUrl: 'http://127.0.0.1:1880',
  auth: { type: 'none' },
  api: {
    endpoint: '/orders',
    payload: 'examples/orders.json',
    success: { status: [200], contentType: 'json', fresh: 'id' },
    probe: { method: 'GET', path: '/orders' },
  },
  settings: {
    main: 'OTEL_SDK_DISABLED',
    values: {
      OTEL_SDK_DISABLED: { off: 'true', on: 'false' },
      OTEL_TRACES_SAMPLER_ARG: { off: '0', on: '1' },
      OTEL_METRICS_EXPORTER: { off: 'none', on: 'otlp' },
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: { off: 'http', on: 'http,express' },
    },
    arms: {
      // One request in ten.
      sampled: {
        OTEL_TRACES_SAMPLER_ARG: '0.1',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,express',
      },
    },
  },
  switching: {
    by: 'command',
    run: 'examples/node-red/restart.sh',
    timeoutMs: 20_000,
    readyTimeoutMs: 30_000,
    proof: [
      // What the process was started with, by a flow of its own; and that it works, by the collector.
      { by: 'read', method: 'GET', path: '/env', readAt: '' },
      {
        by: 'counter',
        url: 'http://127.0.0.1:4318/counts',
        readAt: 'spans',
        settings: ['OTEL_TRACES_SAMPLER_ARG'],
      },
    ],
  },
  // A process that has just started is slow until its code is compiled.
  overhead: { perSecond: 35, seconds: 6, settleSeconds: 3, warmUpSeconds: 3, blocks: 8, leastSeconds: 30 },
  attribution: { perSecond: 50, seconds: 4, settleSeconds: 2, warmUpSeconds: 1, blocks: 5, leastSeconds: 20 },
  capacity: {
    perSecond: 70,
    ceilingPerSecond: 1_000,
    step: 2,
    seconds: 3,
    settleSeconds: 2,
    warmUpSeconds: 2,
    resolution: 0.2,
  },
  monitor: { paths: [], errorsPath: null },
};
