/** The difference between two deployments themselves, from blocks in which they have exchanged their settings. */
import type { Contrast } from '../statistics/contrast.ts';
import { estimate, type Estimate } from './estimate.ts';
import type { ArmMeasurement } from './measurement.ts';

/** An arm on one of the deployments. */
export function cellName(arm: string, isCrossed: boolean): string {
  return `${arm}, ${isCrossed ? 'crossed' : 'on its own'}`;
}

/** The four of two arms. */
export function cellNames(arms: readonly string[]): string[] {
  return arms.flatMap((arm) => [cellName(arm, false), cellName(arm, true)]);
}

/**
 * By how much P95 is higher on the deployment of the treatment, whatever its settings: the mean of both arms there less that
 * of both arms on the deployment of the baseline.
 */
export function deploymentsDifference(
  cells: readonly ArmMeasurement[],
  baseline: string,
  treatment: string,
): Estimate {
  const contrast: Contrast = {
    [cellName(treatment, false)]: 0.5,
    [cellName(baseline, true)]: 0.5,
    [cellName(baseline, false)]: -0.5,
    [cellName(treatment, true)]: -0.5,
  };
  return estimate(cells, contrast);
}
