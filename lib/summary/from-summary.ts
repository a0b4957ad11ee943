/** k6's summary → the result of a run. */
import { adviceOnTarget } from '../advice/rules.ts';
import type { LoadConfig } from '../config/config.ts';
import { leftAsSet } from '../config/switching.ts';
import { parseDuration } from '../format/duration.ts';
import { gatesOf } from '../gates/gates.ts';
import { crossedGates } from '../result/gate-status.ts';
import { gateResults } from './gate-results.ts';
import { iterationsMetric, stageMetric } from '../load/options.ts';
import { lastUserMs, plannedDurationMs, plannedRequests, stagesOf } from '../config/planned-load.ts';
import { type RunContext, resultOfSummary } from './result-of-summary.ts';
import { latencyOf } from './latency.ts';
import type { GateResult, RunResult } from '../result/run-result.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { setupFailure } from './setup-failure.ts';
import { setupOf, type SummaryData } from './summary-data.ts';
import { countOf } from './values.ts';
import type { Milliseconds, Share } from '../../thresholds/types.ts';

/** The result of a load run. Pure: the same summary gives the same result. */
export function resultOfLoad(config: LoadConfig, data: SummaryData, context: RunContext): RunResult {
  const gates = gateResults(gatesOf(config), data);
  const end = endOf(config, data, gates, context.endedAt);
  const complete = end === 'planned';
  return resultOfSummary(config, data, context, {
    recommend: adviceOnTarget,
    plannedDurationMs: plannedDurationMs(config.load),
    complete,
    part: partResult(config, data),
    configuration: { load: { ...config.load }, limits: { ...config.limits }, flags: config.flags },
    outcome: outcome(config, data, gates, end),
    stages: stagesOf(config.load).map(({ duration, target }, stage) => ({
      stage,
      duration,
      target,
      latency: latencyOf(data, stageMetric(config.api, stage)),
    })),
    gates,
    notes: notes(config, setupOf(data), complete),
  });
}

/** Wall clocks that are being set right run up to 0.05 % fast or slow. */
const CLOCK_ERROR = 0.001;

/** k6 adds up the area of a ramp in floating point, and the last arrival may be lost to rounding. */
const ROUNDED_ARRIVALS = 1;

/** How a run came to its end: as planned, too late for its plan or by a limit that ends it, or from outside. */
type End = 'planned' | 'given up' | 'interrupted';

function outcome(
  config: LoadConfig,
  data: SummaryData,
  gates: readonly GateResult[],
  end: End,
): RunResult['outcome'] {
  const failure = setupFailure(config, data);
  if (failure !== null) return { status: 'not run', reason: failure };
  const crossed = crossedGates(gates);
  // k6 ends an interrupted run with the same code, whatever its gates say.
  if (end === 'interrupted') {
    const until = crossed === '' ? 'every gate held' : `crossed: ${crossed}`;
    return { status: 'interrupted', reason: `stopped before its plan; until then ${until}` };
  }
  if (crossed !== '') return { status: 'failed', reason: crossed };
  if (config.part !== null) {
    const { index, of } = config.part;
    return {
      status: 'not gated',
      reason: `part ${index} of ${of}: not judged here; run \`merge\` to check limits on the whole run`,
    };
  }
  if (gates.some(({ status }) => status === 'not gated')) {
    return { status: 'not gated', reason: 'run without thresholds: nothing was judged' };
  }
  return { status: 'passed', reason: 'every gate holds' };
}

/** Which part of the load this was. */
function partResult({ part, scenario }: LoadConfig, data: SummaryData): RunResult['run']['part'] {
  if (part === null) return null;
  const { passes = 0, fails = 0 } = data.metrics.errors?.values ?? {};
  return {
    ...part,
    segment: setupOf(data)?.segment ?? null,
    iterations: countOf(data, iterationsMetric(scenario)),
    judged: passes + fails,
    // A Rate counts what is true as passed.
    errors: passes,
  };
}

/** Why not the duration alone: docs/decisions/0016-when-a-run-is-complete.md. */
function endOf(config: LoadConfig, data: SummaryData, gates: readonly GateResult[], endedAt: Date): End {
  const { load, part, scenario } = config;
  const { metrics, state } = data;
  const setup = setupOf(data);
  const elapsedMs = setup === undefined ? state.testRunDurationMs : endedAt.getTime() - setup.loadStartedAt;
  const lasted = (ms: Milliseconds) => elapsedMs >= ms * (1 - CLOCK_ERROR);
  const of = part?.of ?? 1;
  const iterations =
    metrics[iterationsMetric(scenario)] === undefined ? 'iterations' : iterationsMetric(scenario);
  const stopped = () =>
    config.abort && gates.some(({ kind, status }) => kind === 'limit' && status === 'failed')
      ? 'given up'
      : 'interrupted';
  switch (load.shape) {
    case 'iterations':
      // Not requests: an iteration that could not send any has been run as well.
      if (countOf(data, iterations) >= load.total) return 'planned';
      if (lasted(parseDuration(load.maxDuration) ?? 0)) return 'given up';
      // How many were its own a part does not know: their sum shows it when the parts are merged.
      return part === null ? stopped() : 'planned';
    case 'rate': {
      const due = (plannedRequests(load) ?? 0) - ROUNDED_ARRIVALS;
      const arrived = countOf(data, iterations) + countOf(data, 'dropped_iterations');
      return arrived >= Math.floor(due * leastShare(load.users, of)) || lasted(plannedDurationMs(load) ?? 0)
        ? 'planned'
        : stopped();
    }
    case 'stages':
      return lasted(lastUserMs(load.stages, of)) ? 'planned' : stopped();
  }
}

/** The smallest share of the arrivals that a generator has: k6 shares out whole users, and to each the same arrivals. */
function leastShare(users: number, of: number): Share {
  return Math.floor(users / of) / users;
}

function notes(config: LoadConfig, setup: SetupData | undefined, complete: boolean): string[] {
  const { limits } = config;
  return [
    ...(setup?.switchedBy === 'label'
      ? ['The target could not be switched: the flags only label this result.']
      : []),
    ...((setup?.switchedBy === 'call' || setup?.switchedBy === 'command') && setup.originalFlags === null
      ? [`The target was left with the flags of this run: ${leftAsSet(config)}.`]
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
