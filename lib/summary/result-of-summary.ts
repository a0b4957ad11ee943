/** The parts that the result of every kind of run has. */
import { buildInfo } from '../config/build-info.ts';
import { looksIntoBody } from '../api/checks.ts';
import type { Target } from '../config/config.ts';
import { leftAsSet } from '../config/switching.ts';
import { WORKFLOW } from '../gates/gates.ts';
import { OUTCOMES } from '../gates/exit-codes.ts';
import { ALL_ANSWERS, latencyMetrics, POLLING, RATE_LIMITED, SUCCESSFUL_ANSWERS } from '../load/options.ts';
import { latencyKind } from '../metrics/latency-metrics.ts';
import { INVALID, INVALID_REASONS, RESTORED } from '../metrics/overhead-metrics.ts';
import type { TargetSettings } from '../config/settings.ts';
import { skeleton, type Extras } from '../result/skeleton.ts';
import { setupFailure } from './setup-failure.ts';
import type { Auth, Milliseconds } from '../../thresholds/types.ts';
import { monitorResult, type AfterRun } from './from-monitor.ts';
import { latencyOf, zeroShare } from './latency.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import type { SummaryGroup } from './jslib/summary-data.ts';
import { setupOf, type SummaryData } from './summary-data.ts';
import { countOf, valueOf } from './values.ts';

/** The end of a run. */
export interface RunEnd {
  /** When k6 handed its summary over. */
  endedAt: Date;
  /** What the target said after the run; absent where it was not asked. */
  after?: AfterRun;
}

/** What only the place of a run knows. */
export interface RunContext extends RunEnd {
  /** The commit of the system under test, where CI names it. */
  commit: string | null;
}

/** What a kind of run knows beyond what every summary tells. */
interface OfKind extends Pick<RunResult, 'outcome' | 'gates' | 'notes'>, Extras {
  plannedDurationMs: Milliseconds | null;
  complete: boolean;
  part?: RunResult['run']['part'];
  recommend: (result: RunResult) => RunResult['recommendations'];
  configuration: Pick<RunResult['configuration'], 'load' | 'limits' | 'flags'>;
  stages?: RunResult['latency']['stages'];
}

/** The result of any kind of run. Pure: the same summary gives the same result. */
export function resultOfSummary(
  config: Target & { scenario: string },
  data: SummaryData,
  context: RunContext,
  {
    plannedDurationMs,
    complete,
    part = null,
    configuration,
    stages = [],
    notes,
    recommend,
    ...measured
  }: OfKind,
): RunResult {
  const setup = setupOf(data);
  const { all, successful } = latencyMetrics(config.api);
  const result = skeleton({
    run: {
      scenario: config.scenario,
      environment: config.environment,
      thresholds: buildInfo.thresholds,
      build: buildInfo.build,
      commit: context.commit ?? buildInfo.commit,
      machineClass: config.machineClass,
      k6Version: setup?.k6Version ?? null,
      startedAt: new Date(context.endedAt.getTime() - data.state.testRunDurationMs).toISOString(),
      durationMs: data.state.testRunDurationMs,
      plannedDurationMs,
      complete,
      part,
      generators: 1,
    },
    configuration: configurationOf(config, setup, configuration),
    requests: requestCounts(config.api, data),
    latency: {
      successful: latencyOf(data, successful),
      all: latencyOf(data, all, { withoutRefused: true }),
      ...timesOf(config.api, data),
      stages,
    },
    checks: checksOf(data.root_group),
    monitor: monitorResult(config.monitor, data, context.after),
    notes: [...notesOnAnswers(config.api, context.after), ...notes],
    ...measured,
  });
  return { ...result, recommendations: recommend(result) };
}

/** What is reported beside the time that decides. */
function timesOf(api: Target['api'], data: SummaryData): Pick<RunResult['latency'], 'times'> {
  if (latencyKind(api) === 'answer') return {};
  const metrics = { answer: SUCCESSFUL_ANSWERS, polling: POLLING } as const;
  const times = (['answer', 'polling'] as const).flatMap((name) => {
    const latency = latencyOf(data, metrics[name]);
    return latency === null ? [] : [{ name, latency }];
  });
  return { times };
}

/** What answers were not asked for, and what they were instead. */
function notesOnAnswers({ success, completion }: Target['api'], after: AfterRun | undefined): string[] {
  const redirect = after?.redirect ?? null;
  return [
    ...(redirect === null ? [] : [`Asked again after the run, ${redirect}.`]),
    ...(looksIntoBody(success) || completion !== undefined
      ? []
      : ['The success rule looks into no body: an error page with the right status counts as a success.']),
  ];
}

/** How a run that is judged by a verdict ended. */
export function outcomeOfVerdict(
  config: Target,
  data: SummaryData,
  { VERDICTS, FAILED }: { VERDICTS: string; FAILED: string },
  { kind, reasons }: { kind: keyof typeof OUTCOMES; reasons: readonly string[] },
): RunResult['outcome'] {
  const failure = setupFailure(config, data);
  if (failure !== null) return { status: 'not run', reason: failure };
  if (data.metrics[VERDICTS] !== undefined && data.metrics[FAILED]?.thresholds === undefined) {
    const failed = valueOf(data, FAILED) > 0;
    return {
      status: 'not gated',
      reason: `run without thresholds: k6 keeps no blocks${failed ? ', and the verdict was FAIL (exit code 110)' : ', and nothing was judged'}`,
    };
  }
  return { status: OUTCOMES[kind], reason: reasons.join('; ') };
}

/** Why a run came to no verdict: it proves nothing, or was cut short. `null` where it came to one. */
export function withoutVerdict(
  { settings }: Pick<Target, 'settings'>,
  data: SummaryData,
  { VERDICTS }: { VERDICTS: string },
  measuredBlocks: number,
): { kind: 'INVALID' | 'INTERRUPTED'; reasons: string[] } | null {
  const reasons = invalidReasons(settings, data);
  if (reasons.length > 0) return { kind: 'INVALID', reasons };
  if (countOf(data, VERDICTS) > 0) return null;
  return interrupted(measuredBlocks);
}

export function interrupted(measuredBlocks: number): { kind: 'INTERRUPTED'; reasons: string[] } {
  return {
    kind: 'INTERRUPTED',
    reasons: [`ended after ${measuredBlocks} whole blocks, before a verdict`],
  };
}

/** The configuration as a reader needs it; a secret is named, never shown. */
export function configurationOf(
  { api, auth, background, baseUrl, seed, settings }: Target,
  setup: SetupData | undefined,
  of: Pick<RunResult['configuration'], 'load' | 'limits' | 'flags'>,
): RunResult['configuration'] {
  return {
    baseUrl,
    method: api.method,
    endpoint: api.endpoint,
    payload: api.payload,
    success: { ...api.success },
    ...(latencyKind(api) === 'answer' ? {} : { latency: latencyKind(api) }),
    ...(api.completion === undefined ? {} : { completion: { ...api.completion } }),
    timeoutMs: api.timeoutMs,
    auth: describeAuth(auth),
    seed,
    settings,
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

/**
 * What became of the requests to the API under test. Refused are those that never left: samples of 0 ms, to the step of
 * the quantile function.
 */
function requestCounts(api: Target['api'], data: SummaryData): RunResult['requests'] {
  const { metrics, state } = data;
  const total = countOf(data, `http_reqs{${WORKFLOW}}`);
  const errors = metrics.errors?.values;
  const judged = (errors?.passes ?? 0) + (errors?.fails ?? 0);
  return {
    total,
    successful: countOf(data, latencyMetrics(api).count),
    perSecond: state.testRunDurationMs > 0 ? total / (state.testRunDurationMs / 1_000) : 0,
    errorRate: judged > 0 ? (errors?.rate ?? 0) : null,
    refused: zeroShare(metrics[ALL_ANSWERS]?.values ?? {}),
    droppedIterations: countOf(data, 'dropped_iterations'),
    rateLimited: countOf(data, RATE_LIMITED),
  };
}

/** The checks of all groups, by name. */
function checksOf(group: SummaryGroup): RunResult['checks'] {
  const own = group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }));
  return [...own, ...group.groups.flatMap(checksOf)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why an experiment ended without a measurement, besides guards; empty where it did not. */
function invalidReasons(settings: TargetSettings, data: SummaryData): string[] {
  const names = settingsWith(settings, data, INVALID);
  const about = names.length === 0 ? '' : `: ${names.join(', ')}`;
  return Object.entries(INVALID_REASONS)
    .filter(([reason]) => countOf(data, INVALID, { reason }) > 0)
    .map(([, text]) => text + about);
}

/** The settings by which a metric has samples. */
export function settingsWith({ values }: TargetSettings, data: SummaryData, metric: string): string[] {
  return Object.keys(values).filter((flag) => countOf(data, metric, { flag }) > 0);
}

/** What a target was left with that has not its own settings again. */
export function leftNotes(config: Pick<Target, 'environment'>, data: SummaryData): string[] {
  if (restoredOf(data) !== false) return [];
  const setup = setupOf(data);
  const isKnown = setup?.originalFlags !== null || setup.exchanges === true;
  const why = isKnown ? 'they were not put back' : leftAsSet(config);
  return [`The target was left with the flags of the last arm: ${why}.`];
}

/** Whether teardown has put the flags back, which it cannot where nobody knew them; `null` where nothing was switched. */
export function restoredOf(data: SummaryData): boolean | null {
  const setup = setupOf(data);
  const isSwitched = setup?.switchedBy === 'call' || setup?.switchedBy === 'command';
  return !isSwitched && setup?.exchanges !== true ? null : valueOf(data, RESTORED) === 1;
}
