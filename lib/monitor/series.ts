/** Numbers by path → the series that the suite knows the meaning of. */
import { bareName, labelsOf } from './answer.ts';
import { PLACES, type Stat } from '../metrics/monitor-metrics.ts';
import type { SeriesKind, SeriesPattern } from '../../thresholds/types.ts';

/** A series as it was found before the load. */
export interface FoundSeries extends Omit<SeriesPattern, 'pattern'> {
  /** `memory`, or for what there are several of, `queue langfuse`. */
  name: string;
  /** The endpoint, and the path in its answer. */
  source: string;
  path: string;
  /** The pattern that found it, by its index. */
  patternIndex: number;
  /** Its place among the submetrics that are kept for series; `NO_PLACE`: it is read, and not reported. */
  slot: number;
}

const NO_PLACE = -1;

export function isReported({ slot }: Pick<FoundSeries, 'slot'>): boolean {
  return slot !== NO_PLACE;
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
 * target has one of, the first match counts. Of processor seconds, which may stand by state, all that the first pattern
 * finds belong together; they are no series of the report, and leave their numbers to the patterns of others.
 */
export function findSeries(
  patterns: readonly SeriesPattern[],
  answers: ReadonlyMap<string, ReadonlyMap<string, number>>,
): FoundSeries[] {
  const found = new Map<string, FoundSeries>();
  const freeSlot = slots();
  let left = [...answers].flatMap(([source, numbers]) =>
    withOwnLabels([...numbers.keys()]).map((at) => ({ source, ...at })),
  );
  for (const [patternIndex, { pattern, ...rest }] of patterns.entries()) {
    const expression = new RegExp(pattern);
    const isCounter = rest.kind === 'cpuSeconds';
    if (isCounter && [...found.values()].some(({ kind }) => kind === rest.kind)) continue;
    left = left.filter(({ source, path, ownLabels }) => {
      const whole = expression.exec(path);
      const match = whole ?? expression.exec(bareName(path));
      if (match === null) return true;
      const subject = [match[1] ?? '', ...(whole === null ? ownLabels : [])].filter((part) => part !== '');
      const name = nameOf(rest.kind, subject.join('_'));
      const slot = found.has(name) ? null : isCounter ? NO_PLACE : freeSlot(rest.kind);
      if (slot === null) return true;
      found.set(name, { ...rest, name, source, path, patternIndex, slot });
      return isCounter;
    });
  }
  return [...found.values()];
}

/**
 * Paths with the values of those labels that tell them from others of the same name: a label that all of them have, such
 * as the instance, says nothing about a series.
 */
function withOwnLabels(paths: readonly string[]): { path: string; ownLabels: string[] }[] {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const name = bareName(path);
    const alike = byName.get(name);
    if (alike === undefined) byName.set(name, [path]);
    else alike.push(path);
  }
  return [...byName.values()].flatMap((alike) => {
    const labels = alike.map(labelsOf);
    const names = [...new Set(labels.flatMap((of) => [...of.keys()]))];
    const own = names.filter((name) => new Set(labels.map((of) => of.get(name))).size > 1);
    return alike.map((path, i) => ({ path, ownLabels: own.map((name) => labels[i]?.get(name) ?? '') }));
  });
}

/** The names that share most words with what patterns look for, at most five. */
export function nearestNames(names: Iterable<string>, patterns: readonly SeriesPattern[]): string[] {
  const sought = new Set(patterns.flatMap(({ pattern }) => wordsOf(pattern)));
  return [...new Set([...names].map(bareName))]
    .map((name) => ({ name, shared: wordsOf(name).filter((word) => sought.has(word)).length }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 5)
    .map(({ name }) => name);
}

/** `process_cpuSeconds_total` → process, cpu: words for units are everywhere. */
function wordsOf(name: string): string[] {
  const words = (name.match(/[A-Z]?[a-z]{2,}/g) ?? []).map((word) => word.toLowerCase());
  return words.filter((word) => !['total', 'count', 'seconds', 'bytes', 'percent'].includes(word));
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
