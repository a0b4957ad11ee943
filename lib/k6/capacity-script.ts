/** A capacity run as k6's five exports. */
import { capacityConfig, type CapacityConfig } from '../config/capacity-config.ts';
import type { Env } from '../config/variables.ts';
import { runCapacity } from '../experiment/capacity/run-capacity.ts';
import { capacityOptions } from '../load/capacity-options.ts';
import { CAPACITY_METRICS } from '../metrics/capacity-metrics.ts';
import { resultOfCapacity } from '../summary/from-capacity-summary.ts';
import { orError } from './experiment-run.ts';
import { experimentTest, type SwitchingRun } from './experiment-script.ts';
import { readBodies, refuseWithoutCommandLine, type Open, type Reported } from './inputs.ts';
import { describe } from '../report/describe.ts';
import { writeReport } from './write-report.ts';

interface CapacityRun extends SwitchingRun {
  config: Reported<CapacityConfig>;
}

/** k6's five exports of a capacity run; `iteration` is its default function. */
export function capacityTest() {
  return experimentTest<CapacityRun>({
    makeRun,
    switchedBy: ({ config }) => config.switching.by,
    metrics: CAPACITY_METRICS,
    measure: runCapacity,
    summarize: ({ config }, data, env, after) =>
      writeReport(
        config,
        data,
        env,
        (context) => resultOfCapacity(config, data, { ...context, after }),
        describe,
      ),
  });
}

function makeRun(env: Env, open: Open, ownReports: string): CapacityRun | { error: string } {
  return orError(() => {
    const config = capacityConfig(env);
    refuseWithoutCommandLine(config, env);
    const inputs = readBodies(config, env, open, ownReports);
    return { ...inputs, options: capacityOptions(inputs.config) };
  });
}
