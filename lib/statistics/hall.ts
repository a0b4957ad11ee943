import { mean, sampleSkewness, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from './student-t.ts';

/** How far a true mean may lie below and above the mean of a sample, in the sample's unit; both at least 0. */
export interface Deviations {
  readonly below: number;
  readonly above: number;
}

/**
 * Deviations by Student's t: symmetric, t(n − 1)·s/√n.
 * @param values at least 2
 * @param tail one-sided tail probability, 1e-15…0.5
 */
export function studentDeviations(values: readonly number[], tail: number): Deviations {
  const deviation =
    (studentQuantile(tail, values.length - 1) * sampleStandardDeviation([...values])) /
    Math.sqrt(values.length);
  return { below: deviation, above: deviation };
}

/**
 * Deviations by the skewness transformation of Hall (1992, J. R. Statist. Soc. B 54, 221–228). The Studentised
 * mean U = (x̄ − µ)/s is not symmetric when the values are skewed; g(U) = U + γU²/3 + γ²U³/27 + γ/(6n) is,
 * nearly, so that µ lies between x̄ − s·g⁻¹(q/√n) and x̄ − s·g⁻¹(−q/√n). Here q is the t(n − 1) quantile, s the
 * sample standard deviation and γ the bias-corrected sample skewness; without skewness this is Student's t.
 * @param values at least 3, not all equal
 * @param tail one-sided tail probability, 1e-15…0.5
 */
export function hallDeviations(values: readonly number[], tail: number): Deviations {
  const n = values.length;
  const sample = [...values];
  const s = sampleStandardDeviation(sample);
  const skewness = sampleSkewness(sample);
  const q = studentQuantile(tail, n - 1) / Math.sqrt(n);
  return { below: s * inverseHall(q, skewness, n), above: -s * inverseHall(-q, skewness, n) };
}

/**
 * The U with g(U) = y: (3/γ)·(∛(1 + γw) − 1), w = y − γ/(6n). Written as 3w/(c² + c + 1), c = ∛(1 + γw), which
 * is the same and needs no special case at γ = 0.
 */
function inverseHall(y: number, skewness: number, n: number): number {
  const w = y - skewness / (6 * n);
  const c = Math.cbrt(1 + skewness * w);
  return (3 * w) / (c * c + c + 1);
}

/**
 * The wider, on each side, of Student's t and Hall's transformation. The t interval alone is too short on the
 * long side of a skewed distribution: with exponential differences it called a true overhead at the budget PASS
 * in 18 % of simulated cases instead of 5 %; the wider of the two in 10 %.
 * @param values at least 2 (with 2, and with equal values, skewness is unknown and t decides alone)
 * @param tail one-sided tail probability, 1e-15…0.5
 * @throws RangeError with fewer than 2 values
 */
export function widerDeviations(values: readonly number[], tail: number): Deviations {
  if (values.length < 2) throw new RangeError(`deviations of ${values.length} values: at least 2 are needed`);
  const student = studentDeviations(values, tail);
  if (values.length < 3 || !spreads(values)) return student;
  const hall = hallDeviations(values, tail);
  return { below: Math.max(student.below, hall.below), above: Math.max(student.above, hall.above) };
}

/** Whether values differ by more than rounding; the skewness of equal values is 0/0. */
function spreads(values: readonly number[]): boolean {
  const centre = Math.abs(mean([...values]));
  return sampleStandardDeviation([...values]) > centre * 1e-12;
}
