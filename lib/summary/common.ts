/** The parts that the result of every kind of run has. */
import { buildInfo } from '../config/build-info.ts';
import type { Target } from '../config/config.ts';
import { SUCCESSFUL, WORKFLOW } from '../gates/gates.ts';
import { ALL_ANSWERS, RATE_LIMITED } from '../load/options.ts';
import type { Auth, Milliseconds } from '../../thresholds/types.ts';
import type { AfterRun } from './from-monitor.ts';
import { zeroShare } from './latency.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import type { SummaryGroup } from './jslib/summary-data.ts';
import type { SummaryData } from './summary-data.ts';

/** What only the place of a run knows. */
export interface RunContext {
  /** When k6 handed its summary over. */
  endedAt: Date;
  /** The commit of the system under test, where CI names it. */
  commit: string | null;
  /** What the target said after the run; absent where it was not asked. */
  after?: AfterRun | undefined;
}

/** Which run this was: the fingerprint of a result. */
export function runOf(
  { scenario, environment, machineClass }: Target & { scenario: string },
  data: SummaryData,
  { endedAt, commit }: RunContext,
  plan: { plannedDurationMs: Milliseconds | null; complete: boolean; part?: RunResult['run']['part'] },
): RunResult['run'] {
  const setup = data.setup_data as SetupData | undefined;
  return {
    scenario,
    environment,
    thresholds: buildInfo.thresholds,
    build: buildInfo.build,
    commit: commit ?? buildInfo.commit,
    machineClass,
    k6Version: setup?.k6Version ?? null,
    startedAt: new Date(endedAt.getTime() - data.state.testRunDurationMs).toISOString(),
    durationMs: data.state.testRunDurationMs,
    part: null,
    generators: 1,
    ...plan,
  };
}

/** The configuration as a reader needs it; a secret is named, never shown. */
export function configurationOf(
  { api, auth, background, baseUrl, seed }: Target,
  setup: SetupData | undefined,
  of: Pick<RunResult['configuration'], 'load' | 'limits' | 'flags'>,
): RunResult['configuration'] {
  return {
    baseUrl,
    method: api.method,
    endpoint: api.endpoint,
    payload: api.payload,
    success: { ...api.success },
    timeoutMs: api.timeoutMs,
    auth: describeAuth(auth),
    seed,
    switchedBy: setup?.switchedBy ?? null,
    ...of,
    // Part of the load: results beside other loads are not alike.
    load: { ...of.load, ...(background === null ? {} : { background }) },
  };
}

/** The result with a note on what else was loading the target, where something was. */
export function besideBackground({ background }: Pick<Target, 'background'>, result: RunResult): RunResult {
  if (background === null) return result;
  const what =
    result.overhead === null ? 'the numbers hold' : 'the overhead is that of a target so loaded, and holds';
  const note = `Other load was on the target meanwhile (${background}): ${what} for that load only.`;
  return { ...result, notes: [note, ...result.notes] };
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

/** What became of the requests to the API under test. */
export function requestCounts({ metrics, state }: SummaryData): RunResult['requests'] {
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
    rateLimited: metrics[RATE_LIMITED]?.values.count ?? 0,
  };
}

/** Share of samples of 0 ms, to the step of the quantile function: requests that were refused or never left. */
function refusedShare(values: Readonly<Record<string, number>> | undefined): number {
  return values === undefined ? 0 : zeroShare(values);
}

/** The checks of all groups, by name. */
export function checksOf(group: SummaryGroup): RunResult['checks'] {
  const own = group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }));
  return [...own, ...group.groups.flatMap(checksOf)].sort((a, b) => (a.name < b.name ? -1 : 1));
}
