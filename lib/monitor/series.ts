/** Numbers by path → the series that the suite knows the meaning of. */
import { PLACES, type Stat } from '../metrics/monitor-metrics.ts';
import type { SeriesKind, SeriesPattern } from '../../thresholds/types.ts';

/** A series as it was found before the load. */
export interface FoundSeries extends Omit<SeriesPattern, 'pattern'> {
  /** `memory`, or for what there are several of, `queue langfuse`. */
  name: string;
  /** The endpoint, and the path in its answer. */
  source: string;
  path: string;
  /** Its place among the submetrics that are kept for series. */
  slot: number;
}

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
  const freeSlot = slots();
  let left = [...answers].flatMap(([source, numbers]) =>
    [...numbers.keys()].map((path) => ({ source, path })),
  );
  for (const { pattern, ...rest } of patterns) {
    const expression = new RegExp(pattern);
    left = left.filter((at) => {
      const match = expression.exec(at.path);
      if (match === null) return true;
      const name = nameOf(rest.kind, match[1]);
      const slot = found.has(name) ? null : freeSlot(rest.kind);
      if (slot === null) return true;
      found.set(name, { ...rest, name, ...at, slot });
      return false;
    });
  }
  return [...found.values()];
}

/** What is computed of a kind. */
export function statsOf(kind: SeriesKind): readonly Stat[] {
  return PLACES.find(({ kinds }) => kinds.includes(kind))?.stats ?? [];
}

/** Gives one place after the other for a kind; `null`: all are taken. */
function slots(): (kind: SeriesKind) => number | null {
  let end = 0;
  const places = PLACES.map(({ kinds, count }) => ({ kinds, next: end, end: (end += count) }));
  return (kind) => {
    const place = places.find(({ kinds }) => kinds.includes(kind));
    if (place === undefined || place.next === place.end) return null;
    place.next += 1;
    return place.next - 1;
  };
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
