import { at } from './element.ts';
import { normalDensity, normalQuantile, normalTail } from './normal.ts';

/** A look at the evidence: after how many blocks, and how strong it must be there. */
export interface Look {
  readonly blocks: number;
  /** One-sided tail probability of the bounds on the overhead that decide; 0: too early to decide anything. */
  readonly tail: number;
  /** The same for the bounds that show one of several limits to be crossed: each has its part of the error rate. */
  readonly crossedTail: number;
  /** One-sided tail probability of each side of the interval that is displayed; 0 likewise. */
  readonly intervalTail: number;
  /** One-sided tail probability of the test whether one arm has more errors; 0 likewise. */
  readonly errorTail: number;
}

/** The look after so many blocks, if there is one. */
export function lookAfter(looks: readonly Look[], blocks: number): Look | undefined {
  return looks.find((look) => look.blocks === blocks);
}

/** One-sided error rates of a whole experiment, over all its looks. */
export const ALPHA = 0.05;
export const ERROR_ALPHA = 0.01;

/** A tail below this is "never": the bounds it asks for are wider than any experiment. */
const NEVER = 1e-12;

/**
 * The looks of a plan. With early stop: after every block from `first` on, with the tails that keep the chance of
 * ever deciding wrongly at 5 % (1 % for errors), and the chance that any of the intervals displayed on the way misses the
 * truth (repeated confidence intervals: Jennison & Turnbull 1989) at 5 %; without: one look, after the last block.
 * @param planned blocks of the whole plan
 * @param first the first block after which one may stop
 * @param limits how many there are, of which any may be crossed (Bonferroni)
 * @throws RangeError unless 1 ≤ first ≤ planned, whole numbers
 */
export function planLooks(planned: number, first: number, earlyStop: boolean, limits = 1): Look[] {
  const [intervalTail, errorTail, crossedTail] = [ALPHA / 2, ERROR_ALPHA, ALPHA / limits];
  if (!earlyStop) return [{ blocks: planned, tail: ALPHA, crossedTail, intervalTail, errorTail }];
  const boundsOf = (alpha: number) => stoppingBounds(planned, first, alpha);
  const [intervals, errors, all] = [boundsOf(intervalTail), boundsOf(errorTail), boundsOf(ALPHA)];
  const crossed = limits === 1 ? all : boundsOf(crossedTail);
  return all.map(({ blocks, tail }, i) => ({
    blocks,
    tail,
    crossedTail: crossed[i]?.tail ?? 0,
    intervalTail: intervals[i]?.tail ?? 0,
    errorTail: errors[i]?.tail ?? 0,
  }));
}

/** A stopping bound: z, and the probability that a standard normal exceeds it. */
interface StoppingBound {
  readonly blocks: number;
  readonly z: number;
  readonly tail: number;
}

/**
 * The error rate that may be spent up to a share `information` of the plan: α*(t) = 2·(1 − Φ(z_{α/2}/√t)), the
 * O'Brien–Fleming-like spending function of Lan & DeMets (1983, Biometrika 70, 659–663), one-sided.
 * @param information 0…1
 */
export function spent(information: number, alpha: number): number {
  return 2 * normalTail(normalQuantile(alpha / 2) / Math.sqrt(information));
}

/**
 * One-sided stopping bounds at information b/planned for b = first … planned. Each is chosen so that the chance
 * to cross it, and none before it, equals what the spending function grants between the two looks. That chance
 * comes from the density of the sum of b standard normal blocks over the region where no bound was crossed,
 * carried from look to look by numerical integration (Armitage, McPherson & Rowe 1969, J. R. Statist. Soc. A 132).
 * @param alpha one-sided error rate over all looks, for example 0.05
 * @throws RangeError unless 1 ≤ first ≤ planned, whole numbers
 */
export function stoppingBounds(planned: number, first: number, alpha: number): StoppingBound[] {
  if (!(Number.isInteger(planned) && Number.isInteger(first) && first >= 1 && first <= planned)) {
    throw new RangeError(`looks from block ${first} of ${planned}: whole numbers with 1 ≤ first ≤ planned`);
  }
  const bounds: StoppingBound[] = [];
  let density: Density | undefined;
  for (let blocks = first; blocks <= planned; blocks++) {
    const before = blocks === first ? 0 : spent((blocks - 1) / planned, alpha);
    const grant = spent(blocks / planned, alpha) - before;
    const sum = crossing(density, blocks, grant);
    const z = sum === Infinity ? Infinity : sum / Math.sqrt(blocks);
    bounds.push({ blocks, z, tail: sum === Infinity ? 0 : normalTail(z) });
    if (blocks < planned) density = carry(density, blocks, sum, lowestThatMatters(blocks, planned, alpha));
  }
  return bounds;
}

/** Grid step in standard deviations of one block. With a tenth of it z changes by 1e-5. */
const STEP = 0.25;
/** Beyond this many standard deviations there is nothing (1e-12). */
const FARTHEST = 7;

/** The sum below which no path after `blocks` reaches a bound by the end; the last is above the one of a single look. */
function lowestThatMatters(blocks: number, planned: number, alpha: number): number {
  const last = normalQuantile(alpha) * Math.sqrt(planned);
  return Math.max(-FARTHEST * Math.sqrt(blocks), last - FARTHEST * Math.sqrt(planned - blocks));
}

/**
 * The density of the sum after some block, at top, top − STEP, top − 2·STEP, …, already multiplied by the weights
 * of Simpson's rule. The grid hangs on its upper end, because there the density breaks off.
 */
interface Density {
  readonly top: number;
  readonly weighted: Float64Array;
}

/** The sum that the next look exceeds with probability `grant`, none exceeded before; Infinity if next to none. */
function crossing(density: Density | undefined, blocks: number, grant: number): number {
  if (grant < NEVER) return Infinity;
  if (!density) return normalQuantile(grant) * Math.sqrt(blocks);
  let sum = density.top;
  while (expected(density, sum, normalTail) > grant) sum += 0.5;
  // Newton on the logarithm, which is concave: from the right it never oversteps.
  for (let step = 1; Math.abs(step) > 1e-9;) {
    const chance = expected(density, sum, normalTail);
    step = (Math.log(chance / grant) * chance) / expected(density, sum, normalDensity);
    sum += step;
  }
  return sum;
}

/** ∫ kernel(sum − s)·density(s) ds, over all s from which one block may reach `sum`. */
function expected({ top, weighted }: Density, sum: number, kernel: (z: number) => number): number {
  const end = Math.min(weighted.length, Math.ceil((FARTHEST - sum + top) / STEP));
  let total = 0;
  for (let j = 0; j < end; j++) total += at(weighted, j) * kernel(sum - top + j * STEP);
  return total;
}

/** The density after `blocks`, between `bottom` and the bound, from that one block earlier. */
function carry(before: Density | undefined, blocks: number, bound: number, bottom: number): Density {
  const deviation = Math.sqrt(blocks);
  const top = Math.min(bound, FARTHEST * deviation);
  const intervals = 2 * Math.ceil(Math.max(STEP, top - bottom) / (2 * STEP));
  const values = before
    ? convolve(before, top, intervals + 1)
    : Float64Array.from(
        { length: intervals + 1 },
        (_, i) => normalDensity((top - i * STEP) / deviation) / deviation,
      );
  return { top, weighted: values.map((value, i) => value * simpson(i, intervals)) };
}

/** Adds one standard normal block: the density at top − i·STEP. Both grids have one step, so one list of kernels. */
function convolve({ weighted, top: oldTop }: Density, top: number, length: number): Float64Array {
  const reach = Math.ceil(FARTHEST / STEP);
  const shift = Math.round((top - oldTop) / STEP);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    normalDensity(top - oldTop - (shift + k - reach) * STEP),
  );
  return Float64Array.from({ length }, (_, i) => {
    // Point i of the new grid lies next to point i − shift of the old one.
    const start = Math.max(0, i - shift - reach);
    const end = Math.min(weighted.length, i - shift + reach + 1);
    let sum = 0;
    for (let j = start; j < end; j++) sum += at(weighted, j) * at(kernel, i - shift - j + reach);
    return sum;
  });
}

/** Weights of Simpson's rule: 1, 4, 2, 4, …, 4, 1, times STEP/3. */
function simpson(i: number, intervals: number): number {
  if (i === 0 || i === intervals) return STEP / 3;
  return (i % 2 === 1 ? 4 : 2) * (STEP / 3);
}
