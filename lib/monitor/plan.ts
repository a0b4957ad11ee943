/** What setup found to watch. It travels to every virtual user, so as one short text. */
import type { MonitorProfile } from '../../thresholds/types.ts';
import type { FoundSeries } from './series.ts';
import type { ErrorsBefore } from './target-errors.ts';

export interface MonitorPlan {
  series: FoundSeries[];
  /** Of the target, before the load. */
  errorsTotal: number;
  errorsBefore: ErrorsBefore;
}

type Row = [name: string, pattern: number, path: string, source: string, slot: number];

/** The plan as text; patterns by their place in the profile. */
export function encodePlan({ series, errorsTotal, errorsBefore }: MonitorPlan): string {
  const rows = series.map(({ name, pattern, path, source, slot }): Row => [
    name,
    pattern,
    path,
    source,
    slot,
  ]);
  return JSON.stringify([rows, errorsTotal, errorsBefore]);
}

/** The plan from its text. */
export function decodePlan(text: string, profile: MonitorProfile): MonitorPlan {
  const [rows, errorsTotal, errorsBefore] = JSON.parse(text) as [Row[], number, ErrorsBefore];
  const series = rows.flatMap(([name, pattern, path, source, slot]) => {
    const found = patternsOf(profile)[pattern];
    return found === undefined ? [] : [{ ...found, name, pattern, path, source, slot }];
  });
  return { series, errorsTotal, errorsBefore };
}

/** The profile's patterns, and the one of errors, which are read in their own way. */
export function patternsOf({ series }: MonitorProfile) {
  return [...series, { kind: 'errors' as const, unit: 'errors', pattern: `^${ERRORS_TOTAL}$` }];
}

/** The path at which the number of errors stands beside the other numbers. */
export const ERRORS_TOTAL = 'errors_total';

/** Every path that is asked, the list of errors last. */
export function pathsOf({ paths, errorsPath }: MonitorProfile): string[] {
  return errorsPath === null ? paths : [...paths.filter((path) => path !== errorsPath), errorsPath];
}
