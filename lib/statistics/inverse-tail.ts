/**
 * Solves tail(x) = p for x > 0, for a symmetric distribution: Newton's method on log tail against log x, from
 * the right of the solution. Both are concave there for the normal and the t distribution, so that the steps
 * approach the solution from one side and never overshoot.
 * @param tail P(X > x)
 * @param density of the same distribution
 * @param p upper tail probability, 1e-15…0.5
 * @throws RangeError with p outside that range
 */
export function inverseTail(tail: (x: number) => number, density: (x: number) => number, p: number): number {
  if (!(p >= SMALLEST_TAIL && p <= 0.5)) throw new RangeError(`tail probability ${p}: it lies in 1e-15…0.5`);
  if (p === 0.5) return 0;
  let x = 1;
  while (tail(x) > p) x *= 2;
  for (let i = 0; i < 100; i++) {
    const area = tail(x);
    const step = (area / (density(x) * x)) * Math.log(area / p);
    x *= Math.exp(step);
    // The error of a Newton step is about the square of the step; smaller ones are rounding.
    if (Math.abs(step) < 1e-9) break;
  }
  return x;
}

/** Below this a tail probability means "never": it is beyond double precision of 1 − p. */
const SMALLEST_TAIL = 1e-15;
