/** Errors among requests. */
export interface ErrorCount {
  readonly errors: number;
  readonly requests: number;
}

/**
 * One-sided Fisher exact test: the probability that, of the errors of both together, at least as many fall to
 * `suspect` by chance as did. Hypergeometric weights relative to the one observed, by their ratio from term to
 * term, so that no factorial is needed.
 * @returns p value, 0…1
 * @throws RangeError unless 0 ≤ errors ≤ requests, whole numbers
 */
export function moreErrorsP(suspect: ErrorCount, reference: ErrorCount): number {
  checkCount(suspect);
  checkCount(reference);
  const errors = suspect.errors + reference.errors;
  const most = Math.min(errors, suspect.requests);
  const least = Math.max(0, errors - reference.requests);
  /** Weight of k + 1 errors over that of k. */
  const ratio = (k: number) =>
    ((errors - k) * (suspect.requests - k)) / ((k + 1) * (reference.requests - errors + k + 1));
  const atLeast = 1 + series(suspect.errors, most, 1, ratio);
  const fewer = series(suspect.errors, least, -1, (k) => 1 / ratio(k - 1));
  // Weights overflow only hundreds of standard deviations from the middle.
  if (atLeast === Infinity) return 1;
  return atLeast / (atLeast + fewer);
}

/** Sums the weights from `start` (weight 1, not counted) up or down to `end`, until they no longer matter. */
function series(start: number, end: number, step: 1 | -1, ratio: (k: number) => number): number {
  let weight = 1;
  let sum = 0;
  for (let k = start; k !== end; k += step) {
    const factor = ratio(k);
    weight *= factor;
    sum += weight;
    if (sum === Infinity || (factor < 1 && weight < sum * 1e-17)) break;
  }
  return sum;
}

function checkCount({ errors, requests }: ErrorCount): void {
  if (Number.isInteger(errors) && Number.isInteger(requests) && errors >= 0 && errors <= requests) return;
  throw new RangeError(`${errors} errors of ${requests} requests: whole numbers with 0 ≤ errors ≤ requests`);
}

/** An arm has more errors only when the difference is worth a word, too: half a percentage point. */
const ERROR_DIFFERENCE = 0.005;

/**
 * The rule by which one arm "has more errors" than another: at least 0.5 percentage points more, and one-sided
 * Fisher p below `tail`.
 * @param tail 0…1; 0 never
 */
export function hasMoreErrors(suspect: ErrorCount, reference: ErrorCount, tail: number): boolean {
  if (suspect.requests === 0 || reference.requests === 0) return false;
  const difference = errorRate(suspect) - errorRate(reference);
  // 0.5 points of rates like 15/1000 − 10/1000 miss the limit by rounding.
  return difference >= ERROR_DIFFERENCE - 1e-12 && moreErrorsP(suspect, reference) < tail;
}

/** Errors by request, 0…1. */
export function errorRate({ errors, requests }: ErrorCount): number {
  return requests === 0 ? 0 : errors / requests;
}
