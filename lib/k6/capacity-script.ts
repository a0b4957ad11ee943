/** A capacity run as k6's five exports. */
import execution from 'k6/execution';
import type { CapacityVerdict } from '../experiment/capacity/verdict.ts';
import { capacityConfig, type CapacityConfig } from '../config/capacity-config.ts';
import type { Env } from '../config/variables.ts';
import { capacityOptions } from '../load/capacity-options.ts';
import { resultOfCapacity } from '../summary/from-capacity-summary.ts';
import { Climb } from './climb.ts';
import { ClimbMetrics } from './climb-metrics.ts';
import { orError } from './experiment-run.ts';
import { experimentTest, type SwitchingRun } from './experiment-script.ts';
import { readBodies, type Open, type Reported } from './inputs.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import type { ControlSource } from './probe.ts';
import { writeReport } from './write-report.ts';

interface CapacityRun extends SwitchingRun {
  config: Reported<CapacityConfig>;
}

/** k6's five exports of a capacity run; `iteration` is its default function. */
export function capacityTest() {
  return experimentTest<CapacityRun>({
    makeRun,
    switchedBy: () => 'admin',
    begin,
    summarize: ({ config }, data, env, after) =>
      writeReport(config, data, env, (context) => resultOfCapacity(config, data, { ...context, after })),
  });
}

function makeRun(env: Env, open: Open, ownReports: string): CapacityRun | { error: string } {
  return orError(() => {
    const inputs = readBodies(capacityConfig(env), env, open, ownReports);
    return { ...inputs, options: capacityOptions(inputs.config) };
  });
}

/** The climbs, and k6's exit code for what came of them: 0, 99 by threshold, 110 or 108. */
function begin(run: CapacityRun, source: ControlSource<CapacityConfig>): () => Promise<void> {
  const metrics = new ClimbMetrics();
  return async () => {
    try {
      const verdict = await new Climb(run.config, run, source, metrics).run();
      metrics.setVerdict(verdict);
      if (verdict.kind === 'INCONCLUSIVE') execution.test.fail(explain(verdict));
      if (verdict.kind === 'INVALID') execution.test.abort(explain(verdict));
    } catch (error) {
      metrics.setInvalid(error instanceof InvalidExperiment ? error : null);
      execution.test.abort(`INVALID: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

function explain({ kind, reasons }: CapacityVerdict): string {
  return `${kind}: ${reasons.join('; ')}`;
}
