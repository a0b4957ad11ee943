/** An experiment in one virtual user as k6's five exports. */
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import { ConfigError } from '../config/config-error.ts';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import { isExchanging } from '../config/switching.ts';
import { failureOf } from '../gates/cost-limits.ts';
import type { CostLimits, Switching } from '../../thresholds/types.ts';
import type { Ending } from '../experiment/conclude.ts';
import type { Port } from '../experiment/port.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import { decodePlan } from '../monitor/plan.ts';
import { Levels } from '../monitor/levels.ts';
import type { MetricTypes } from '../metrics/metric-types.ts';
import { describe } from '../report/describe.ts';
import type { RunResult } from '../result/run-result.ts';
import type { RunContext } from '../summary/result-of-summary.ts';
import { RESTORED } from '../metrics/overhead-metrics.ts';
import { FAILURE, SETUP_FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import { endRun, enginePort } from './engine-port.ts';
import type { Init, Reported, SharedInputs } from './inputs.ts';
import watchTarget from './monitor.ts';
import { endOf, findWhatToWatch } from './observability.ts';
import type { ExportedOptions } from './options-in-force.ts';
import { clientOf, pause, probe, SetupFailure, type ControlSource } from './probe.ts';
import { restore } from './restore.ts';
import { runSetup } from './run-setup.ts';
import { costReader, queueReader } from './series-reader.ts';
import { originalFlags } from './setup.ts';
import tokenOf from './token.ts';
import { writeReport } from './write-report.ts';

/** What every such run has. */
export interface SwitchingRun extends SharedInputs {
  config: Reported<SwitchedTarget> & { scenario: string; costLimits?: CostLimits };
  switchedBy: Switching['by'];
  options: ExportedOptions;
}

/** What one kind of experiment does. */
export interface Kind<R extends SwitchingRun> {
  /**
   * Makes the run at init.
   * @throws ConfigError what is wrong with its settings
   */
  makeRun: (init: Init) => R;
  /** What its engine records. */
  metrics: MetricTypes;
  /** The engine, from the first request to the verdict. */
  measure: (run: R, port: Port) => Promise<Ending>;
  resultOf: (run: R, data: SummaryData, context: RunContext) => RunResult;
}

/** k6's five exports of an experiment; `iteration` is its default function. */
export function experimentTest<R extends SwitchingRun>({ makeRun, metrics, measure, resultOf }: Kind<R>) {
  const init = { env: __ENV, open, ownReports: import.meta.resolve('../reports') };
  const shared = new SharedArray<R | { error: string }>('run', () => [orError(() => makeRun(init))]);
  const run = shared[0] ?? { error: 'the configuration of this run was not made' };
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in run) throw run.error;
  const source = sourceOf(run);
  const port = enginePort(source, metrics);
  const gauge = new Gauge(MONITOR);
  const setupFailure = new Gauge(SETUP_FAILURE);
  const failed = (code: number) => {
    setupFailure.add(code);
  };
  const restored = new Gauge(RESTORED);
  return {
    options: { ...run.options },
    setup: () => runSetup(source, failed, () => prepare(run, source)),
    iteration: async (setup?: SetupData) => {
      if (setup === undefined) {
        failed(FAILURE.noSetup);
        execution.test.abort(describeFailure(run.config, FAILURE.noSetup));
      }
      let over = false;
      const levels = new Levels();
      void watchTarget({
        http,
        record: (value, tags) => {
          gauge.add(value, tags);
          if (typeof tags?.series === 'string') levels.add(tags.series, Number(value));
        },
        token: source.token,
        headers: { ...run.config.api.headers, ...(await port.secretHeaders()) },
        baseUrl: run.config.baseUrl,
        profile: run.config.monitor,
        plan: setup?.monitor,
        over: () => over,
        pause: (seconds) => pause(seconds * 1_000),
      });
      const ending = await measure(run, {
        ...port,
        queues: queueReader(source, setup),
        reading: costReader(source, setup, levels),
      });
      over = true;
      endRun(ending);
    },
    teardown: async (setup?: SetupData) => {
      if (await restore(source, setup)) restored.add(1);
    },
    handleSummary: async (data: SummaryData) => {
      const end = await endOf(source, data);
      return writeReport(run.config, data, __ENV, end, (context) => resultOf(run, data, context), describe);
    },
  };
}

/** What a configuration makes of the environment, or the one line that says what is wrong with it. */
function orError<R>(make: () => R): R | { error: string } {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}

/** Probes the target and reads the flags that teardown puts back. */
async function prepare(
  { config, switchedBy }: SwitchingRun,
  source: ControlSource<SwitchedTarget>,
): Promise<SetupData> {
  const client = await clientOf(source);
  const k6Version = await probe(config, client);
  for (const baseUrl of Object.values(config.deployments?.urls ?? {}))
    await probe({ ...config, baseUrl }, await clientOf(source, baseUrl));
  const watched = await findWhatToWatch(config, await client.headers());
  checkCostSeries(config, watched);
  return {
    k6Version,
    switchedBy,
    originalFlags:
      switchedBy === 'call' || switchedBy === 'command' ? await originalFlags(config, client) : null,
    ...(switchedBy === 'deployments' && isExchanging(config.switching) ? { exchanges: true as const } : {}),
    ...watched,
    loadStartedAt: Date.now(),
  };
}

/** @throws SetupFailure where a limit is on what the target does not tell */
function checkCostSeries(config: SwitchingRun['config'], watched: Pick<SetupData, 'monitor'>): void {
  const { monitor, costLimits = {} } = config;
  const plan =
    monitor === null || watched.monitor === undefined ? null : decodePlan(watched.monitor, monitor);
  const code = failureOf(costLimits, plan?.series ?? []);
  if (code !== null) throw new SetupFailure(code, describeFailure(config, code));
}

/** At init: later, what fetches a token could not be compiled. */
function sourceOf<R extends SwitchingRun>({
  config,
  options,
  bodies,
  tokens,
}: R): ControlSource<R['config']> {
  const { auth, baseUrl, api } = config;
  return {
    config,
    options,
    token: tokenOf({ auth, baseUrl, timeoutMs: api.timeoutMs }, tokens[0]),
    body: (index) => bodies[index] ?? '',
  };
}
