/**
 * Where a series splits best into two: the energy statistic of E-divisive (Matteson and James 2014, arXiv 1306.4933), which
 * compares the distances between both parts with those inside each.
 */

/** A place to split: the index of the first value of the second part, and how unlike the parts are. */
interface Candidate {
  readonly index: number;
  readonly qhat: number;
}

/** The absolute differences between all values of a series, summed beforehand. */
export class Distances {
  readonly #values: readonly number[];
  /** `#above[t]`: distances of value t + 1 to all values before it. */
  readonly #above: readonly number[];
  /** `#right[t][k]`: distances of value t to those from t + 1 to k + 1. */
  readonly #right: readonly (readonly number[])[];

  constructor(values: readonly number[]) {
    this.#values = values;
    const later = values.slice(1);
    this.#above = later.map((_, t) => sumOf(t + 1, (i) => this.#distance(i, t + 1)));
    this.#right = values.slice(0, -1).map((_, t) => {
      let sum = 0;
      return later.map((_value, k) => (sum += k >= t ? this.#distance(t, k + 1) : 0));
    });
  }

  /**
   * The best split of the values from `start` to before `end`; the second part may end before `end`. Sums are added up in
   * Otava's order, because rounding decides between splits that are equally good.
   * @param end at least `start + 2`
   */
  bestSplit(start: number, end: number): Candidate {
    const size = end - 1 - start;
    const above = this.#aboveFrom(start, size);
    const left = cumulated(above);
    const between = Array<number>(size).fill(0);
    const inside = this.#insideSecond(start, size);
    let best: Candidate = { index: start + 1, qhat: -Infinity };
    for (let t = 0; t < size; t += 1) {
      const before = t === 0 ? 0 : (left[t - 1] ?? 0);
      for (let k = 0; k < size; k += 1) {
        between[k] = (between[k] ?? 0) + this.#rightOf(start + t, start + k);
        const qhat = k < t ? 0 : splitValue(t, k, before, between[k] ?? 0, inside[t]?.[k] ?? 0);
        if (qhat > best.qhat) best = { index: start + t + 1, qhat };
      }
    }
    return best;
  }

  /** Distances of each value after `start` to those between `start` and itself. */
  #aboveFrom(start: number, size: number): number[] {
    return Array.from(
      { length: size },
      (_, t) => (this.#above[start + t] ?? 0) - sumOf(start, (i) => this.#distance(i, start + t + 1)),
    );
  }

  /** Distances inside the second part, for each place of the split and each end. */
  #insideSecond(start: number, size: number): number[][] {
    const sums = Array.from({ length: size }, () => Array<number>(size).fill(0));
    for (let t = size - 2; t >= 0; t -= 1) {
      for (let k = 1; k < size; k += 1) {
        const row = sums[t];
        if (row !== undefined) row[k] = (sums[t + 1]?.[k] ?? 0) + this.#rightOf(start + t + 1, start + k);
      }
    }
    return sums;
  }

  #rightOf(t: number, k: number): number {
    return this.#right[t]?.[k] ?? 0;
  }

  #distance(i: number, j: number): number {
    return Math.abs((this.#values[i] ?? 0) - (this.#values[j] ?? 0));
  }
}

/**
 * The energy statistic of a split.
 * @param t the first part has t + 1 values
 * @param k both parts have k + 2 values
 * @param inFirst sum of the distances inside the first part
 * @param toRight sum of the distances of all values of the first part to those to the right of each
 * @param inSecond sum of the distances inside the second part
 */
function splitValue(t: number, k: number, inFirst: number, toRight: number, inSecond: number): number {
  const [first, second, both] = [t + 1, k + 1 - t, k + 2];
  const between = (2 / both) * (toRight - inFirst);
  const ofFirst = first < 2 ? 0 : ((2 * second) / (both * (first - 1))) * inFirst;
  const ofSecond = second < 2 ? 0 : ((2 * first) / (both * (second - 1))) * inSecond;
  return between - ofFirst - ofSecond;
}

function cumulated(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

function sumOf(count: number, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += of(i);
  return sum;
}
