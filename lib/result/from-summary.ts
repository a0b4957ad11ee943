/** k6's summary → the result of a run. */
import type { LoadConfig } from '../config/config.ts';
import { gatesOf } from '../gates/gates.ts';
import { gateResults } from '../gates/results.ts';
import { ALL_ANSWERS, stageMetric, SUCCESSFUL_ANSWERS } from '../load/options.ts';
import { plannedDurationMs, plannedRequests, stagesOf } from '../load/plan.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { checksOf, configurationOf, requestCounts, runOf, type RunContext } from './common.ts';
import { latencyOf } from './latency.ts';
import { QUANTILE_LEVELS } from './quantiles.ts';
import type { GateResult, RunResult } from './run-result.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { setupFailure, type SetupData } from './setup-data.ts';
import type { SummaryData } from './summary-data.ts';

/** The result of a load run. Pure: the same summary gives the same result. */
export function resultOfLoad(config: LoadConfig, data: SummaryData, context: RunContext): RunResult {
  const setup = data.setup_data as SetupData | undefined;
  const gates = gateResults(gatesOf(config), data);
  const requests = requestCounts(data);
  const complete = isComplete(config, data, requests.total);
  return {
    schemaVersion: SCHEMA_VERSION,
    run: runOf(config, data, context, { plannedDurationMs: plannedDurationMs(config.load), complete }),
    configuration: configurationOf(config, setup, {
      load: { ...config.load },
      limits: { ...config.limits },
      flags: config.flags,
    }),
    outcome: outcome(config, data, gates),
    requests,
    latency: {
      levels: QUANTILE_LEVELS,
      successful: latencyOf(data, SUCCESSFUL_ANSWERS),
      all: latencyOf(data, ALL_ANSWERS, { withoutRefused: true }),
      stages: stagesOf(config.load).map(({ duration, target }, stage) => ({
        stage,
        duration,
        target,
        latency: latencyOf(data, stageMetric(stage)),
      })),
    },
    checks: checksOf(data.root_group),
    gates,
    overhead: null,
    notes: notes(config, setup, complete),
  };
}

function outcome(config: LoadConfig, data: SummaryData, gates: readonly GateResult[]): RunResult['outcome'] {
  const failure = setupFailure(config, data);
  if (failure !== null) return { status: 'not run', reason: failure };
  const crossed = gates.filter(({ status }) => status === 'failed' || status === 'too few samples');
  if (crossed.length > 0) {
    const names = crossed.map(({ name, status }) =>
      status === 'failed' ? name : `${name} (too few samples)`,
    );
    return { status: 'failed', reason: names.join(', ') };
  }
  if (gates.some(({ status }) => status === 'not gated')) {
    return { status: 'not gated', reason: 'run without thresholds: nothing was judged' };
  }
  return { status: 'passed', reason: 'every gate holds' };
}

function isComplete(config: LoadConfig, data: SummaryData, total: number): boolean {
  const requests = plannedRequests(config.load);
  if (config.load.shape === 'iterations') return total >= (requests ?? 0);
  const duration: Milliseconds = plannedDurationMs(config.load) ?? 0;
  return data.state.testRunDurationMs >= duration;
}

function notes(config: LoadConfig, setup: SetupData | undefined, complete: boolean): string[] {
  const { limits } = config;
  return [
    ...(setup?.switchedBy === 'label'
      ? ['The target could not be switched: the flags only label this result.']
      : []),
    ...(limits.slowIsError === true && limits.p95Ms !== undefined
      ? [
          `An answer over ${limits.p95Ms} ms counts as an error here, as in the guide's script: ` +
            `at most ${limits.errorRate * 100} % may be slower.`,
        ]
      : []),
    ...(complete
      ? []
      : ['The run ended before its plan: the numbers hold for what was measured until then.']),
  ];
}
