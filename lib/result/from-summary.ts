/** k6's summary → the result of a run. */
import { buildInfo } from '../config/build-info.ts';
import type { LoadConfig } from '../config/config.ts';
import { gatesOf, SUCCESSFUL, WORKFLOW } from '../gates/gates.ts';
import { gateResults } from '../gates/results.ts';
import { ALL_ANSWERS, stageMetric, SUCCESSFUL_ANSWERS } from '../load/options.ts';
import { plannedDurationMs, plannedRequests, stagesOf } from '../load/plan.ts';
import type { Auth, Milliseconds } from '../../thresholds/types.ts';
import { latencyOf, zeroShare } from './latency.ts';
import { QUANTILE_LEVELS } from './quantiles.ts';
import type { GateResult, RunResult } from './run-result.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { setupFailure, type SetupData } from './setup-data.ts';
import type { SummaryGroup } from './jslib/summary-data.ts';
import type { SummaryData } from './summary-data.ts';

/** What only the place of a run knows. */
export interface RunContext {
  /** When handleSummary ran. */
  endedAt: Date;
  /** The commit of the system under test, where CI names it. */
  commit: string | null;
}

/** The result of a load run. Pure: the same summary gives the same result. */
export function resultOfLoad(config: LoadConfig, data: SummaryData, context: RunContext): RunResult {
  const setup = data.setup_data as SetupData | undefined;
  const gates = gateResults(gatesOf(config), data);
  const requests = requestCounts(data);
  const complete = isComplete(config, data, requests.total);
  return {
    schemaVersion: SCHEMA_VERSION,
    run: {
      scenario: config.scenario,
      environment: config.environment,
      thresholds: buildInfo.thresholds,
      commit: context.commit ?? buildInfo.commit,
      k6Version: setup?.k6Version ?? null,
      startedAt: new Date(context.endedAt.getTime() - data.state.testRunDurationMs).toISOString(),
      durationMs: data.state.testRunDurationMs,
      plannedDurationMs: plannedDurationMs(config.load),
      complete,
    },
    configuration: configurationOf(config, setup),
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
    notes: notes(config, setup, complete),
  };
}

/** The configuration as a reader needs it; a secret is named, never shown. */
function configurationOf(config: LoadConfig, setup: SetupData | undefined): RunResult['configuration'] {
  const { api, auth, baseUrl, load, limits, seed, flags } = config;
  return {
    baseUrl,
    method: api.method,
    endpoint: api.endpoint,
    load: { ...load },
    limits: { ...limits },
    payload: api.payload,
    success: { ...api.success },
    timeoutMs: api.timeoutMs,
    auth: describeAuth(auth),
    seed,
    flags: flags,
    switchedBy: setup?.switchedBy ?? null,
  };
}

/** Where the token comes from, for people. */
export function describeAuth(auth: Auth): string {
  const from = (secret: { variable: string } | { secretSource: string }) =>
    'variable' in secret ? secret.variable : `secret source key ${secret.secretSource}`;
  switch (auth.type) {
    case 'none':
      return 'none';
    case 'token':
      return `token from ${from(auth.token)}`;
    case 'file':
      return `tokens from ${auth.path}`;
    case 'oauth2':
      return `client credentials of ${auth.clientId}, secret from ${from(auth.clientSecret)}`;
  }
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

function requestCounts({ metrics, state }: SummaryData): RunResult['requests'] {
  const total = metrics[`http_reqs{${WORKFLOW}}`]?.values.count ?? 0;
  const errors = metrics.errors?.values;
  const judged = (errors?.passes ?? 0) + (errors?.fails ?? 0);
  return {
    total,
    successful: metrics[`http_reqs{${SUCCESSFUL}}`]?.values.count ?? 0,
    perSecond: state.testRunDurationMs > 0 ? total / (state.testRunDurationMs / 1_000) : 0,
    errorRate: judged > 0 ? (errors?.rate ?? 0) : null,
    refused: refusedShare(metrics[ALL_ANSWERS]?.values),
    droppedIterations: metrics.dropped_iterations?.values.count ?? 0,
  };
}

/** Share of samples of 0 ms, to the step of the quantile function: requests that were refused or never left. */
function refusedShare(values: Readonly<Record<string, number>> | undefined): number {
  return values === undefined ? 0 : zeroShare(values);
}

function isComplete(config: LoadConfig, data: SummaryData, total: number): boolean {
  const requests = plannedRequests(config.load);
  if (config.load.shape === 'iterations') return total >= (requests ?? 0);
  const duration: Milliseconds = plannedDurationMs(config.load) ?? 0;
  return data.state.testRunDurationMs >= duration;
}

function checksOf(group: SummaryGroup): RunResult['checks'] {
  const own = group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }));
  return [...own, ...group.groups.flatMap(checksOf)].sort((a, b) => (a.name < b.name ? -1 : 1));
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
