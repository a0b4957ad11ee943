/** Numbers by path → the series that the suite knows the meaning of. */
import type { SeriesKind, SeriesPattern } from '../../thresholds/types.ts';

/** A series as it was found before the load. */
export interface FoundSeries extends Omit<SeriesPattern, 'pattern'> {
  /** `memory`, or for what there are several of, `queue langfuse`. */
  name: string;
  /** The endpoint, and the path in its answer. */
  source: string;
  path: string;
  /** Which of the patterns it matches. */
  pattern: number;
}

/** Submetrics must be named before a run, so there is a limit; the reference target has 23 series. */
export const MOST_SERIES = 32;

/** Of these a target has one; of the others one for each exporter or queue. */
const SINGLE: ReadonlySet<SeriesKind> = new Set([
  'cpu',
  'memory',
  'eventLoopDelay',
  'dbPoolInUse',
  'dbPoolSize',
  'dbPoolWaiting',
  'errors',
]);

/**
 * The series that patterns find in the answers of some endpoints. Patterns are tried in their order: of a kind that a
 * target has one of, the first match counts.
 */
export function findSeries(
  patterns: readonly SeriesPattern[],
  answers: ReadonlyMap<string, ReadonlyMap<string, number>>,
): FoundSeries[] {
  const found = new Map<string, FoundSeries>();
  const taken = new Set<string>();
  for (const [pattern, { pattern: text, ...rest }] of patterns.entries()) {
    const expression = new RegExp(text);
    for (const [source, numbers] of answers) {
      for (const path of numbers.keys()) {
        const match = taken.has(`${source} ${path}`) ? null : expression.exec(path);
        if (match === null) continue;
        const name = nameOf(rest.kind, match[1]);
        if (found.has(name) || found.size >= MOST_SERIES) continue;
        taken.add(`${source} ${path}`);
        found.set(name, { ...rest, name, source, path, pattern });
      }
    }
  }
  return [...found.values()];
}

/** A name that k6 takes as the value of a tag in a metric's name. */
function nameOf(kind: SeriesKind, subject = ''): string {
  const clean = subject.replace(/[^\w.-]+/g, '_').slice(0, 60);
  return SINGLE.has(kind) || clean === '' ? kind : `${kind} ${clean}`;
}

/** The kind of a series by its name. */
export function kindOf(name: string): string {
  return name.split(' ')[0] ?? name;
}

/** What a series is of: `langfuse`; empty where there is one of its kind. */
export function subjectOf(name: string): string {
  return name.split(' ').slice(1).join(' ');
}
