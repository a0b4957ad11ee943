/** Changes of a metric: how large, and whether they still matter. */
import { studentQuantile } from '../statistics/student-t.ts';
import type { TrendProfile } from '../../thresholds/types.ts';
import { changePoints } from '../statistics/change-points.ts';
import type { Interval, Metric } from './metrics.ts';
import { meanOf, varianceOf } from '../statistics/t-test.ts';

/**
 * Whether a change fails the trend. `better` never does; a worsening does while it is `new`: not `small`, not there for
 * `too few runs`, not `gone` again, not `accepted` by a baseline, and not `known` from the runs before the latest.
 */
export type Standing = 'new' | 'known' | 'accepted' | 'gone' | 'small' | 'too few runs' | 'better';

export interface Change {
  /** Index of the first run of the new level. */
  readonly index: number;
  readonly before: number;
  readonly after: number;
  /** after − before; above 0 is worse. */
  readonly size: number;
  /** 95 % interval of the size; null where the runs do not show a spread. */
  readonly interval: Interval | null;
  readonly pValue: number;
  readonly standing: Standing;
}

export interface ChangesQuestion {
  readonly metric: Pick<Metric, 'least'>;
  readonly profile: TrendProfile;
  /** Index of the latest run that was accepted as baseline; null where there is none. */
  readonly acceptedAt: number | null;
}

/** The fewest values in which a change can be told. */
export function leastValues({ leastRuns }: TrendProfile): number {
  return 2 * leastRuns;
}

/** The changes of a metric in the order of its runs; null where there are too few values to tell. */
export function changesOf(values: readonly number[], question: ChangesQuestion): Change[] | null {
  const { profile } = question;
  if (values.length < leastValues(profile)) return null;
  const points = changePoints(values, profile);
  const edges = edgesOf(points, values.length);
  return points.map(({ index, pValue }, i) => {
    const [left, right] = [values.slice(edges[i], index), values.slice(index, edges[i + 2])];
    const [before, after] = [meanOf(left), meanOf(right)];
    const found = { index, before, after, size: after - before, pValue };
    const standing = standingOf(found, left.length, { values, edges }, question);
    return { ...found, interval: sizeInterval(left, right), standing };
  });
}

/** Where levels begin and end: each runs from an edge to the next. */
export function edgesOf(changes: readonly Pick<Change, 'index'>[], runs: number): number[] {
  return [0, ...changes.map(({ index }) => index), runs];
}

/** Means of the runs between changes, one for each run. */
export function levelsOf(values: readonly number[], changes: readonly Change[]): number[] {
  const edges = edgesOf(changes, values.length);
  return edges.slice(0, -1).flatMap((start, i) => {
    const part = values.slice(start, edges[i + 1]);
    return part.map(() => meanOf(part));
  });
}

function standingOf(
  { index, before, after, size }: Pick<Change, 'index' | 'before' | 'after' | 'size'>,
  runsBefore: number,
  { values, edges }: { values: readonly number[]; edges: readonly number[] },
  { metric, profile, acceptedAt }: ChangesQuestion,
): Standing {
  if (size <= 0) return 'better';
  if (Math.min(runsBefore, values.length - index) < profile.leastRuns) return 'too few runs';
  // Small steps one after the other are not small together: all of them count from the accepted level.
  const from = Math.min(before, acceptedLevel(values, edges, acceptedAt) ?? before);
  if (after - from < metric.least(profile.least, from)) return 'small';
  // Back by more than half: it came and went.
  if (meanOf(values.slice(edges.at(-2))) < before + size / 2) return 'gone';
  if (acceptedAt !== null) return acceptedAt >= index ? 'accepted' : 'new';
  return wasKnown(index, values, profile) ? 'known' : 'new';
}

/** The mean of the runs between changes among which the accepted one is. */
function acceptedLevel(
  values: readonly number[],
  edges: readonly number[],
  acceptedAt: number | null,
): number | null {
  if (acceptedAt === null) return null;
  const level = edges.findLastIndex((edge) => edge <= acceptedAt);
  return meanOf(values.slice(edges[level], edges[level + 1]));
}

/** Whether the runs before the latest showed the same worsening already, with enough runs after it. */
function wasKnown(index: number, values: readonly number[], profile: TrendProfile): boolean {
  const before = values.slice(0, Math.max(0, values.length - profile.newRuns));
  return changePoints(before, profile).some(
    (point) =>
      point.meanAfter > point.meanBefore &&
      Math.abs(point.index - index) < profile.leastRuns &&
      before.length - point.index >= profile.leastRuns,
  );
}

/** The 95 % interval of a difference of means, with one variance for both sides as in the test that found it. */
export function sizeInterval(before: readonly number[], after: readonly number[]): Interval | null {
  const degrees = before.length + after.length - 2;
  if (degrees < 1) return null;
  const squares = before.length * varianceOf(before) + after.length * varianceOf(after);
  const error = Math.sqrt((squares / degrees) * (1 / before.length + 1 / after.length));
  const half = studentQuantile(0.025, degrees) * error;
  const size = meanOf(after) - meanOf(before);
  return { lower: size - half, upper: size + half };
}
