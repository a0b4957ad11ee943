/** Times beside the latency that decides, as an experiment's metrics hold them. */
import type { ExperimentConfig } from '../config/experiment-config.ts';
import { furtherTimes } from '../metrics/latency-metrics.ts';
import * as names from '../metrics/overhead-metrics.ts';
import type { OverheadResult } from '../result/run-result.ts';
import { latencyOf } from './latency.ts';
import type { SummaryData } from './summary-data.ts';
import { endsOf } from './values.ts';

/** Nothing where requests have no other time; a time that no answer stated has no arms. */
export function furtherTimesOf(
  { api, plan }: ExperimentConfig,
  data: SummaryData,
  measuredBlocks: number,
): Pick<OverheadResult, 'times'> {
  const times = furtherTimes(api);
  if (times.length === 0) return {};
  return {
    times: times.map((name) => {
      const arms = plan.arms.flatMap(({ name: arm }) => {
        const latency = latencyOf(data, names.tagged(names.FURTHER_TIME, { arm, time: name }));
        return latency === null
          ? []
          : [{ name: arm, count: latency.count, p50Ms: latency.p50Ms, p95Ms: latency.p95Ms }];
      });
      const differences = names.FURTHER_LEVELS.flatMap((level) => {
        // Before the second block there is none; k6 has 0 for a gauge without a sample.
        if (measuredBlocks < 2 || arms.length < plan.arms.length) return [];
        const found = endsOf(data, names.FURTHER_DIFFERENCE, { time: name, level });
        return [{ level, valueMs: found.value, interval: { lowerMs: found.lower, upperMs: found.upper } }];
      });
      return { name, arms, differences };
    }),
  };
}
