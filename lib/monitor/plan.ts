/** What setup found to watch. It travels to every virtual user, so as one short text. */
import { pathsOf } from '../metrics/monitor-metrics.ts';
import type { MonitorProfile } from '../../thresholds/types.ts';
import type { FoundSeries } from './series.ts';
import type { ErrorsBefore } from './target-errors.ts';

export interface MonitorPlan {
  series: FoundSeries[];
  /** What the first look at each endpoint showed: its problem, and how many of its numbers no pattern names. */
  endpoints: { problem: number; unknown: number }[];
  /** Of the target, before the load. */
  errorsTotal: number;
  errorsBefore: ErrorsBefore;
}

/** A series as numbers and names: its endpoint, its pattern, its place, its name, its path. */
type Encoded = [endpoint: number, pattern: number, slot: number, name: string, path: string];

export function encodePlan(
  { series, endpoints, errorsTotal, errorsBefore }: MonitorPlan,
  profile: MonitorProfile,
): string {
  const paths = pathsOf(profile);
  const encoded = series.map(({ source, patternIndex, slot, name, path }): Encoded => [
    paths.indexOf(source),
    patternIndex,
    slot,
    name,
    path,
  ]);
  const seen = endpoints.map(({ problem, unknown }) => [problem, unknown]);
  return JSON.stringify([encoded, seen, errorsTotal, errorsBefore]);
}

/** The plan from its text. */
export function decodePlan(text: string, profile: MonitorProfile): MonitorPlan {
  const [encoded, seen, errorsTotal, errorsBefore] = JSON.parse(text) as [
    Encoded[],
    [problem: number, unknown: number][],
    number,
    ErrorsBefore,
  ];
  const paths = pathsOf(profile);
  const patterns = patternsOf(profile);
  const series = encoded.flatMap(([endpoint, patternIndex, slot, name, path]): FoundSeries[] => {
    const [source, found] = [paths[endpoint], patterns[patternIndex]];
    if (source === undefined || found === undefined) return [];
    const { kind, unit, scale, rate } = found;
    return [
      {
        kind,
        unit,
        ...(scale === undefined ? {} : { scale }),
        ...(rate === undefined ? {} : { rate }),
        name,
        source,
        path,
        patternIndex,
        slot,
      },
    ];
  });
  const endpoints = seen.map(([problem, unknown]) => ({ problem, unknown }));
  return { series, endpoints, errorsTotal, errorsBefore };
}

/** The profile's patterns, and the one of errors, which are read in their own way. */
export function patternsOf({ series }: MonitorProfile) {
  return [...series, { kind: 'errors' as const, unit: 'errors', pattern: `^${ERRORS_TOTAL}$` }];
}

/** The path at which the number of errors stands beside the other numbers. */
export const ERRORS_TOTAL = 'errors_total';
