/** What setup found to watch. It travels to every virtual user, so as one short text. */
import { pathsOf } from '../metrics/monitor-metrics.ts';
import type { MonitorProfile } from '../../thresholds/types.ts';
import { findSeries, type FoundSeries } from './series.ts';
import type { ErrorsBefore } from './target-errors.ts';

export interface MonitorPlan {
  series: FoundSeries[];
  /** Of the target, before the load. */
  errorsTotal: number;
  errorsBefore: ErrorsBefore;
}

/** The plan as text: of each endpoint the paths that are watched, from which all else follows. */
export function encodePlan(
  { series, errorsTotal, errorsBefore }: MonitorPlan,
  profile: MonitorProfile,
): string {
  const watched = pathsOf(profile).map((endpoint) =>
    series.flatMap(({ source, path }) => (source === endpoint ? [path] : [])),
  );
  return JSON.stringify([watched, errorsTotal, errorsBefore]);
}

/** The plan from its text. */
export function decodePlan(text: string, profile: MonitorProfile): MonitorPlan {
  const [watched, errorsTotal, errorsBefore] = JSON.parse(text) as [string[][], number, ErrorsBefore];
  const answers = pathsOf(profile).map(
    (endpoint, i) => [endpoint, new Map((watched[i] ?? []).map((path) => [path, 0]))] as const,
  );
  return { series: findSeries(patternsOf(profile), new Map(answers)), errorsTotal, errorsBefore };
}

/** The profile's patterns, and the one of errors, which are read in their own way. */
export function patternsOf({ series }: MonitorProfile) {
  return [...series, { kind: 'errors' as const, unit: 'errors', pattern: `^${ERRORS_TOTAL}$` }];
}

/** The path at which the number of errors stands beside the other numbers. */
export const ERRORS_TOTAL = 'errors_total';
