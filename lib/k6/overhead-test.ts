/** The overhead experiment as k6's five exports. */
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import type { OverheadConfig } from '../config/overhead-config.ts';
import { MONITOR } from '../monitor/metric-name.ts';
import { explain } from '../overhead/explain.ts';
import { SETUP_FAILURE, type SetupData } from '../result/setup-data.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { Experiment, InvalidExperiment } from './experiment.ts';
import { ExperimentMetrics } from './experiment-metrics.ts';
import { makeOverheadRun, type OverheadRun } from './overhead-run.ts';
import { watchTarget } from './monitor.ts';
import { afterRun, findWhatToWatch } from './observability.ts';
import { controlOf, probe, SetupFailure, type ControlSource } from './probe.ts';
import { restore } from './restore.ts';
import { k6Version } from './setup.ts';
import { readFlags } from './switch.ts';
import { summarizeOverhead } from './overhead-summary.ts';
import { tokenOf } from './token.ts';

/** k6's five exports of the experiment; `iteration` is its default function. */
export function overheadTest() {
  const shared = new SharedArray<OverheadRun | { error: string }>('run', () => [
    makeOverheadRun(__ENV, open, import.meta.resolve('../reports')),
  ]);
  const run = shared[0] ?? { error: 'the configuration of this run was not made' };
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in run) throw run.error;
  const source = sourceOf(run);
  const metrics = new ExperimentMetrics();
  const gauge = new Gauge(MONITOR);
  const setupFailure = new Gauge(SETUP_FAILURE);
  return {
    options: { ...run.options },
    setup: async (): Promise<SetupData | undefined> => {
      try {
        return await prepare(run, source);
      } catch (error) {
        if (!(error instanceof SetupFailure)) throw error;
        setupFailure.add(error.code);
        execution.test.abort(error.message);
        return undefined;
      }
    },
    iteration: async (setup?: SetupData) => {
      let over = false;
      const token = tokenOf(source.user, source.token);
      void watchTarget({
        http,
        gauge,
        token,
        config: run.config,
        plan: setup?.monitor,
        over: () => over,
        pause,
      });
      await experiment(run, source, metrics);
      over = true;
    },
    teardown: async (setup?: SetupData) => {
      if (await restore(source, setup)) metrics.setRestored();
    },
    handleSummary: async (data: SummaryData) => {
      const after = await afterRun(source, data.setup_data as SetupData | undefined);
      return summarizeOverhead(run, data, __ENV, after);
    },
  };
}

/** Probes the target and reads the flags that teardown puts back. */
async function prepare(run: OverheadRun, source: ControlSource<OverheadConfig>): Promise<SetupData> {
  const control = await controlOf(source);
  probe(run.config, control);
  const toggles = run.config.plan.mode === 'toggle';
  return {
    k6Version: k6Version(),
    switchedBy: toggles ? 'admin' : 'header',
    found: toggles ? readFlags(control) : null,
    ...findWhatToWatch(run.config, control.headers),
    loadStartedAt: Date.now(),
  };
}

/** The experiment, and k6's exit code for what came of it: 0, 99 by threshold, 110 or 108. */
async function experiment(
  run: OverheadRun,
  source: ControlSource<OverheadConfig>,
  metrics: ExperimentMetrics,
): Promise<void> {
  try {
    const verdict = await new Experiment(run, source, metrics).run();
    metrics.setVerdict(verdict);
    if (verdict.kind === 'INCONCLUSIVE') execution.test.fail(explain(verdict));
    if (verdict.kind === 'INVALID') execution.test.abort(explain(verdict));
  } catch (error) {
    const reason = error instanceof InvalidExperiment ? error.reason : 'exception';
    metrics.setInvalid(reason);
    execution.test.abort(`INVALID: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sourceOf(run: OverheadRun): ControlSource<OverheadConfig> {
  const { config, bodies, tokens } = run;
  return {
    config: () => config,
    user: {
      auth: config.auth,
      baseUrl: config.baseUrl,
      timeoutMs: config.api.timeoutMs,
      tokenCount: tokens.length,
    },
    body: (index) => bodies[index] ?? '',
    token: (index) => tokens[index] ?? '',
  };
}

/** Lets the stream of requests go on. */
function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1_000);
  });
}
