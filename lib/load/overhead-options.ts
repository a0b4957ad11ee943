/** The overhead experiment as k6's `options`: one iteration of one virtual user. */
import { deadlineMs, type ExperimentConfig } from '../config/experiment-config.ts';
import { formatDuration } from '../format/duration.ts';
import { ABORT_AT_ONCE, k6Thresholds, type K6Threshold } from '../gates/gates.ts';
import { costGates } from '../gates/cost-limits.ts';
import { overheadGates } from '../gates/verdict-gates.ts';
import { monitorMetrics } from '../metrics/monitor-metrics.ts';
import { furtherTimes } from '../metrics/latency-metrics.ts';
import { furtherMetrics, reportedMetrics } from '../metrics/overhead-metrics.ts';
import { DENSE_TREND_STATS } from '../metrics/quantiles.ts';
import {
  latencyMetrics,
  RATE_LIMITED,
  REQUESTS,
  runTags,
  SUCCESSFUL_REQUESTS,
  timeoutsAround,
  type RunTags,
} from './options.ts';

export interface OverheadOptions {
  scenarios: Record<string, object>;
  thresholds: Record<string, K6Threshold[]>;
  summaryTrendStats: string[];
  tags: RunTags;
  /** k6 keeps as many idle connections to a host; with fewer a burst would open new ones. */
  batchPerHost: number;
  setupTimeout: string;
  teardownTimeout: string;
}

/** k6's options of the experiment. */
export function overheadOptions(config: ExperimentConfig): OverheadOptions {
  const reported = [
    ...latencyMetrics(config.api).reported,
    REQUESTS,
    SUCCESSFUL_REQUESTS,
    RATE_LIMITED,
    ...reportedMetrics({ ...config.plan, settings: Object.keys(config.settings.values) }),
    ...furtherMetrics(config.plan.arms, furtherTimes(config.api)),
    ...monitorMetrics(config.monitor),
  ];
  return {
    scenarios: {
      [config.scenario]: {
        executor: 'per-vu-iterations',
        vus: 1,
        iterations: 1,
        // The experiment ends itself before that.
        maxDuration: formatDuration(deadlineMs(config) + 60_000),
      },
    },
    thresholds: {
      ...Object.fromEntries(reported.map((metric) => [metric, []])),
      ...k6Thresholds(overheadGates(), ABORT_AT_ONCE),
      ...k6Thresholds(costGates(config.costLimits), null),
    },
    summaryTrendStats: DENSE_TREND_STATS,
    tags: runTags(config),
    batchPerHost: 2_000,
    ...timeoutsAround(config),
  };
}
