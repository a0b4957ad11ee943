/** Intervals of an overhead as one would make them at first: the criteria must see that they do not hold. */
import { sampleStandardDeviation } from 'simple-statistics';
import type { ArmMeasurement } from '../../lib/experiment/measurement.ts';
import type { Bounds } from '../../lib/statistics/contrast.ts';
import { reachOfSum } from '../../lib/statistics/contrast.ts';
import { normalQuantile } from '../../lib/statistics/normal.ts';
import { evaluate } from '../../lib/statistics/quantile-function.ts';
import { studentQuantile } from '../../lib/statistics/student-t.ts';

/** Student's t over the differences of the blocks' P95s, shifted to the number of all requests. */
export function studentInterval(arms: readonly ArmMeasurement[], tail = 0.025): Bounds | null {
  const [baseline, treatment] = arms;
  if (baseline === undefined || treatment === undefined) return null;
  const differences = treatment.blocks.flatMap((block, b) => {
    const other = baseline.blocks[b];
    return block && other ? [block.p95 - other.p95] : [];
  });
  const value = treatment.p95 - baseline.p95;
  const error = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  const reach = studentQuantile(tail, differences.length - 1) * error;
  return { lower: value - reach, upper: value + reach };
}

/** As if all requests were independent of each other: the ranks of a binomial (Woodruff without blocks). */
export function independentInterval(arms: readonly ArmMeasurement[]): Bounds | null {
  const [baseline, treatment] = arms;
  if (baseline === undefined || treatment === undefined) return null;
  const endsOf = ({ sample: { quantiles }, p95, requests }: ArmMeasurement) => {
    const reach = normalQuantile(0.025) * Math.sqrt((0.95 * 0.05) / requests);
    return { below: p95 - evaluate(quantiles, 0.95 - reach), above: evaluate(quantiles, 0.95 + reach) - p95 };
  };
  const value = treatment.p95 - baseline.p95;
  const { below, above } = reachOfSum([
    { weight: 1, ...endsOf(treatment) },
    { weight: -1, ...endsOf(baseline) },
  ]);
  return { lower: value - below, upper: value + above };
}
