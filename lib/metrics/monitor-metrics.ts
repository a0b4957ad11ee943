/**
 * The metric of the monitor: one gauge, whose tags say what a value is. It is the only way from the user that watches to
 * `handleSummary`, and any k6 output carries it.
 */
import { MONITOR } from './metric-name.ts';
import type { MonitorLimits, MonitorProfile, SeriesKind } from '../../thresholds/types.ts';

/*
 * k6 keeps each set of tags that it has seen as a path through a tree, by descending name: a tag whose name comes before
 * those that every sample has (`group`, `kind`, `scenario`) adds one node, any other as many as there are behind it.
 */

/** The values of a series; k6 keeps the last, the smallest and the largest. They carry its name as `series` too. */
export function valueMetric(slot: number): string {
  return `${MONITOR}{at:${slot}}`;
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

/** What is computed of a series. */
export function statMetric(slot: number, stat: Stat): string {
  return `${MONITOR}{computed:${stat} ${slot}}`;
}

/** Of an endpoint: how often it was asked, how often it answered with something to read, what was wrong first. */
const ENDPOINT_STATS = ['polls', 'reads', 'problem'] as const;

export function endpointMetric(index: number, stat: (typeof ENDPOINT_STATS)[number]): string {
  return `${MONITOR}{endpoint:${stat} ${index}}`;
}

/** What a limit judges, and how often that was known. */
export function limitMetric(limit: keyof MonitorLimits): string {
  return `${MONITOR}{limit:${limit}}`;
}
export function seenMetric(limit: keyof MonitorLimits): string {
  return `${MONITOR}{seen:${limit}}`;
}

/** Every path that is asked, the list of errors last. */
export function pathsOf({ paths, errorsPath }: MonitorProfile): string[] {
  return errorsPath === null ? paths : [...paths.filter((path) => path !== errorsPath), errorsPath];
}

/** Every submetric that the report reads; k6 keeps those only that a threshold names. */
export function monitorMetrics(profile: MonitorProfile | null): string[] {
  if (profile === null) return [];
  const stats = PLACES.flatMap(({ count, stats: ofKind }) => Array<readonly Stat[]>(count).fill(ofKind));
  return [
    ...pathsOf(profile).flatMap((_, i) => ENDPOINT_STATS.map((stat) => endpointMetric(i, stat))),
    ...stats.flatMap((ofSlot, slot) => [valueMetric(slot), ...ofSlot.map((stat) => statMetric(slot, stat))]),
  ];
}
