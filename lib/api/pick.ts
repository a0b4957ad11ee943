/**
 * Picks a body for each iteration: a hash of seed, user and iteration, so that equal seeds send equal sequences
 * whatever the timing, and a user keeps no state.
 */

/** Running sums of weights, scaled to end at 1. */
export function cumulative(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight) / total);
}

/**
 * The index whose share of [0, 1) holds a number made from three whole numbers, by murmur3's finaliser over each in turn.
 * One function, because every virtual user holds each function.
 * @param upTo where each share ends: running sums of the weights
 */
export function pick(seed: number, user: number, iteration: number, upTo: readonly number[]): number {
  let h = seed;
  for (let round = 0; round < 3; round += 1) {
    if (round === 1) h ^= user;
    if (round === 2) h ^= iteration;
    h = (h + 0x9e3779b9) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  const u = (h >>> 0) / 2 ** 32;
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (u < (upTo[middle] ?? 1)) high = middle;
    else low = middle + 1;
  }
  return low;
}
