/** Numbers by path → the series that the suite knows the meaning of. */
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

/** What is computed of a series beside its last, smallest and largest value, which k6 keeps. */
export type Stat = 'mean' | 'slope';

/**
 * Submetrics must be named before a run, when nobody knows yet what there is to watch, and each costs memory: so many
 * places are kept for kinds of which the same is computed. The reference target fills 8, 4 and 17 of them.
 */
export const PLACES: readonly { kinds: readonly SeriesKind[]; count: number; stats: readonly Stat[] }[] = [
  { kinds: ['memory', 'queue', 'cache'], count: 10, stats: ['mean', 'slope'] },
  { kinds: ['cpu', 'eventLoopDelay', 'dbPoolInUse', 'dbPoolWaiting'], count: 4, stats: ['mean'] },
  { kinds: ['dbPoolSize', 'errors', 'exported', 'failed', 'dropped'], count: 18, stats: [] },
];

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
  for (const { pattern, ...rest } of patterns) {
    const expression = new RegExp(pattern);
    for (const [source, numbers] of answers) {
      for (const path of numbers.keys()) {
        const match = taken.has(`${source} ${path}`) ? null : expression.exec(path);
        if (match === null) continue;
        const name = nameOf(rest.kind, match[1]);
        const slot = freeSlot(rest.kind, found.values());
        if (found.has(name) || slot === null) continue;
        taken.add(`${source} ${path}`);
        found.set(name, { ...rest, name, source, path, slot });
      }
    }
  }
  return [...found.values()];
}

/** What is computed of a kind. */
export function statsOf(kind: SeriesKind): readonly Stat[] {
  return PLACES.find(({ kinds }) => kinds.includes(kind))?.stats ?? [];
}

/** The first place for a kind that none of the series has; `null`: all are taken. */
function freeSlot(kind: SeriesKind, series: Iterable<FoundSeries>): number | null {
  const taken = new Set(Array.from(series, ({ slot }) => slot));
  let first = 0;
  for (const { kinds, count } of PLACES) {
    const free = Array.from({ length: count }, (_, i) => first + i).find((slot) => !taken.has(slot));
    if (kinds.includes(kind)) return free ?? null;
    first += count;
  }
  return null;
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
