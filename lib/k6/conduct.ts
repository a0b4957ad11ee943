/** An experiment of arms from its first block to k6's exit code: 0, 99 by threshold, 110 or 108. */
import execution from 'k6/execution';
import type { ExperimentConfig } from '../config/experiment-config.ts';
import { explain } from '../experiment/explain.ts';
import { Experiment } from './experiment.ts';
import { ExperimentMetrics } from './experiment-metrics.ts';
import type { ExperimentRun } from './experiment-run.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import type { ControlSource } from './probe.ts';

/** Makes the metrics, and gives the experiment. */
export function beginExperiment(
  run: ExperimentRun,
  source: ControlSource<ExperimentConfig>,
): () => Promise<void> {
  const metrics = new ExperimentMetrics();
  return async () => {
    try {
      const verdict = await new Experiment(run, source, metrics).run();
      metrics.setVerdict(verdict);
      if (verdict.kind === 'INCONCLUSIVE') execution.test.fail(explain(verdict));
      if (verdict.kind === 'INVALID') execution.test.abort(explain(verdict));
    } catch (error) {
      const invalid = error instanceof InvalidExperiment ? error : null;
      metrics.setInvalid(invalid?.reason ?? 'exception', invalid?.flag ?? null);
      execution.test.abort(`INVALID: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** How an experiment of arms switches its target. */
export function switchedBy({ config: { plan } }: ExperimentRun): 'admin' | 'header' {
  return plan.mode === 'toggle' ? 'admin' : 'header';
}
