/** A capacity run as k6's `options`: one iteration of one virtual user. */
import type { CapacityConfig } from '../config/capacity-config.ts';
import { mostTries } from './ladder.ts';
import { formatDuration } from '../format/duration.ts';
import { capacityGates } from '../gates/verdict-gates.ts';
import { ABORT_AT_ONCE, k6Thresholds } from '../gates/gates.ts';
import { capacityMetrics } from '../metrics/capacity-metrics.ts';
import { monitorMetrics } from '../metrics/monitor-metrics.ts';
import { DENSE_TREND_STATS } from '../metrics/quantiles.ts';
import { latencyMetrics, REQUESTS, runTags, SUCCESSFUL_REQUESTS, timeoutsAround } from './options.ts';
import type { OverheadOptions } from './overhead-options.ts';

/** k6's options of a capacity run. */
export function capacityOptions(config: CapacityConfig): OverheadOptions {
  const { plan, arms, deadlineMs, api, recoveryMs, monitor, settings } = config;
  const reported = [
    ...latencyMetrics(api).reported,
    REQUESTS,
    SUCCESSFUL_REQUESTS,
    ...capacityMetrics(arms, plan.blocks, mostTries(plan), Object.keys(settings.values)),
    ...monitorMetrics(monitor),
  ];
  // The run ends itself at its deadline, once the try under way is over.
  const lastTry = (plan.settleSeconds + plan.seconds) * 1_000 + 2 * api.timeoutMs + recoveryMs;
  return {
    scenarios: {
      capacity: {
        executor: 'per-vu-iterations',
        vus: 1,
        iterations: 1,
        maxDuration: formatDuration(deadlineMs + lastTry + 60_000),
      },
    },
    thresholds: {
      ...Object.fromEntries(reported.map((metric) => [metric, []])),
      ...k6Thresholds(capacityGates(), ABORT_AT_ONCE),
    },
    summaryTrendStats: DENSE_TREND_STATS,
    tags: runTags(config),
    batchPerHost: 2_000,
    ...timeoutsAround(config),
  };
}
