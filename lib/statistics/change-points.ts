/**
 * Change points of a series as Apache Otava finds them ("Hunter", Fleming et al. 2023, doi 10.1145/3578244.3583719):
 * E-divisive in overlapping windows with a t-test instead of permutations finds weak points, of which the weakest is taken
 * away until all that are left are significant. Equal to PyPI `apache-otava` 0.8.0 on the golden series of the tests.
 */
import { Distances } from './distances.ts';
import { compareGroups, type TwoGroups } from './t-test.ts';

interface ChangePoint extends TwoGroups {
  /** Index of the first value of the new level. */
  readonly index: number;
}

interface ChangePointSettings {
  /** Values that are looked at together; the next window starts half of it later. */
  readonly window: number;
  /** The largest p-value of a change point. */
  readonly pValue: number;
}

/** The change points of a series, in its order. */
export function changePoints(
  values: readonly number[],
  { window, pValue }: ChangePointSettings,
): ChangePoint[] {
  if (!(Number.isInteger(window) && window >= 2)) throw new RangeError(`a window of ${window} values`);
  return withoutWeak(values, weakPoints(values, window, relaxed(pValue)), pValue);
}

/** Weak points may be less significant: what they divide changes when others go. */
function relaxed(pValue: number): number {
  if (pValue < 0.05) return pValue * 10;
  return pValue < 0.5 ? pValue * 2 : pValue;
}

function weakPoints(values: readonly number[], window: number, pValue: number): ChangePoint[] {
  const found = new Set<number>();
  for (let start = 0; start < values.length;) {
    const inWindow = divide(values.slice(start, start + window), pValue).map((index) => index + start);
    for (const index of inWindow) found.add(index);
    start = Math.max(inWindow.at(-1) ?? 0, start + Math.floor(window / 2));
  }
  return judged(
    values,
    [...found].sort((a, b) => a - b),
  );
}

/** Divides a series at its best split, then its parts, as long as the best split of all is significant. */
function divide(values: readonly number[], pValue: number): number[] {
  const distances = new Distances(values);
  const points: number[] = [];
  for (;;) {
    const edges = [0, ...points, values.length];
    const candidates = points.concat(values.length).flatMap((end, i) => {
      const start = edges[i] ?? 0;
      return end - start > 1 ? [{ start, end, ...distances.bestSplit(start, end) }] : [];
    });
    const [first, ...others] = candidates;
    if (first === undefined) return points;
    const best = others.reduce((a, b) => (b.qhat > a.qhat ? b : a), first);
    const test = compareGroups(values.slice(best.start, best.index), values.slice(best.index, best.end));
    if (!(test.pValue <= pValue)) return points;
    points.push(best.index);
    points.sort((a, b) => a - b);
  }
}

/** Each point with the test of the values between its neighbours. */
function judged(values: readonly number[], indexes: readonly number[]): ChangePoint[] {
  return indexes.map((index, i) =>
    pointAt(values, index, indexes[i - 1] ?? 0, indexes[i + 1] ?? values.length),
  );
}

function pointAt(values: readonly number[], index: number, start: number, end: number): ChangePoint {
  return { index, ...compareGroups(values.slice(start, index), values.slice(index, end)) };
}

function withoutWeak(values: readonly number[], weak: readonly ChangePoint[], pValue: number): ChangePoint[] {
  let points = [...weak];
  for (;;) {
    const weakest = weakestOf(points, pValue);
    if (weakest === null) return points;
    points = points.filter((point) => point !== weakest);
    const next = points.findIndex(({ index }) => index > weakest.index);
    const after = next === -1 ? points.length : next;
    // As in Otava: of the points whose values change, the one before keeps its test until it is judged at the end.
    points = points.map((point, i) =>
      i === after || i === after + 1
        ? pointAt(values, point.index, points[i - 1]?.index ?? 0, points[i + 1]?.index ?? values.length)
        : point,
    );
  }
}

/** The point to take away: the least significant one, or one that changes nothing; null where all may stay. */
function weakestOf(points: readonly ChangePoint[], pValue: number): ChangePoint | null {
  const [first, ...others] = points;
  if (first === undefined) return null;
  // A p-value that is no number compares as false, here as in Otava.
  const least = others.reduce((a, b) => (b.pValue > a.pValue ? b : a), first);
  if (!(least.pValue < pValue)) return least;
  const smallest = others.reduce((a, b) => (relativeSize(b) < relativeSize(a) ? b : a), first);
  return relativeSize(smallest) > 0 ? null : smallest;
}

/** The change as a share of the smaller mean; a mean of 0 counts as no change from it. */
function relativeSize({ meanBefore, meanAfter }: ChangePoint): number {
  const share = (from: number, to: number) => (from === 0 ? 0 : to / from - 1);
  return Math.max(Math.abs(share(meanBefore, meanAfter)), Math.abs(share(meanAfter, meanBefore)));
}
