/** Student's t-test of two groups, for change points. */
import { studentTail } from './student-t.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** Two groups of values side by side. */
export interface TwoGroups {
  readonly meanBefore: number;
  readonly meanAfter: number;
  /** Probability of a difference of this size or more where there is none; NaN where both groups are one value. */
  readonly pValue: number;
}

/**
 * Two-sided, with one variance for both. As in Apache Otava the standard deviations are those of the values themselves
 * (divided by n, not n − 1), so that small groups look somewhat more alike than they are.
 * @throws RangeError where a group is empty
 */
export function compareGroups(before: readonly number[], after: readonly number[]): TwoGroups {
  if (before.length === 0 || after.length === 0) throw new RangeError('a group without a value');
  const [meanBefore, meanAfter] = [meanOf(before), meanOf(after)];
  const degrees = before.length + after.length - 2;
  if (degrees === 0) return { meanBefore, meanAfter, pValue: 1 };
  const squares = (values: readonly number[]) => (values.length - 1) * Math.sqrt(varianceOf(values)) ** 2;
  const pooled = (squares(before) + squares(after)) / degrees;
  const error = Math.sqrt(pooled * (1 / before.length + 1 / after.length));
  return { meanBefore, meanAfter, pValue: twoSided((meanBefore - meanAfter) / error, degrees) };
}

export function meanOf(values: readonly number[]): number {
  return pairwiseSum(values) / values.length;
}

/** Mean of the squared deviations. */
export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return pairwiseSum(values.map((value) => (value - mean) * (value - mean))) / values.length;
}

function twoSided(t: number, degrees: number): number {
  const size = Math.abs(t);
  return size === Infinity ? 0 : 2 * studentTail(size, degrees);
}
