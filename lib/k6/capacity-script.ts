/** A capacity run as k6's five exports. */
import { capacityConfig, type CapacityConfig } from '../config/capacity-config.ts';
import { runCapacity } from '../experiment/capacity/run-capacity.ts';
import { capacityOptions } from '../load/capacity-options.ts';
import { CAPACITY_METRICS } from '../metrics/capacity-metrics.ts';
import { resultOfCapacity } from '../summary/from-capacity-summary.ts';
import { experimentTest, type SwitchingRun } from './experiment-script.ts';
import { readBodies, refuseWithoutCommandLine, type Init, type Reported } from './inputs.ts';

interface CapacityRun extends SwitchingRun {
  config: Reported<CapacityConfig>;
}

/** k6's five exports of a capacity run; `iteration` is its default function. */
export function capacityTest() {
  return experimentTest<CapacityRun>({
    makeRun,
    metrics: CAPACITY_METRICS,
    measure: runCapacity,
    resultOf: ({ config }, data, context) => resultOfCapacity(config, data, context),
  });
}

function makeRun(init: Init): CapacityRun {
  const config = capacityConfig(init.env);
  refuseWithoutCommandLine(config, init.env);
  return {
    ...readBodies(config, init),
    switchedBy: config.switching.by,
    options: capacityOptions(config),
  };
}
