/** Below this many values numpy adds without dividing. */
const BLOCK = 128;
const LANES = 8;

/**
 * The sum of values in the order in which numpy adds them: for up to 128 values eight sums side by side, for more the sums
 * of both halves. Rounding so is the same as in Apache Otava, where it decides whether equal values have a variance.
 */
export function pairwiseSum(values: readonly number[], from = 0, to = values.length): number {
  const count = to - from;
  if (count < LANES) return addUp(values, from, to, 0);
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const middle = from + half - (half % LANES);
    return pairwiseSum(values, from, middle) + pairwiseSum(values, middle, to);
  }
  const lanes = values.slice(from, from + LANES);
  const whole = count - (count % LANES);
  for (let i = LANES; i < whole; i += 1) lanes[i % LANES] = (lanes[i % LANES] ?? 0) + (values[from + i] ?? 0);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  return addUp(values, from + whole, to, a + b + (c + d) + (e + f + (g + h)));
}

function addUp(values: readonly number[], from: number, to: number, start: number): number {
  let sum = start;
  for (let i = from; i < to; i += 1) sum += values[i] ?? 0;
  return sum;
}
