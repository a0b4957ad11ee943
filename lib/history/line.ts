/** Results that are alike make a line; unlike ones never share one. */
import { identityOf, ONE_LINE } from '../result/likeness.ts';
import { unusableBecause } from '../compare/suite-result.ts';
import { startMs, type OverheadResult, type RunResult } from '../result/run-result.ts';
import { describeFlags, describeLoad } from '../result/describe-configuration.ts';
import type { By, HistoryEntry } from './entry.ts';
import { METRICS } from './metrics.ts';

export interface Line {
  readonly key: string;
  /** `heavy on staging`. */
  readonly title: string;
  /** What all of its runs have in common. */
  readonly subtitle: string;
  readonly entries: readonly HistoryEntry[];
}

/** Two results with the same key differ by nothing but when they ran, and on which commit. */
export function lineKey(result: RunResult): string {
  return identityOf(result, ONE_LINE);
}

/** The lines of some results, named alphabetically; each in its order. */
export function linesOf(entries: readonly HistoryEntry[], by: By): Line[] {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = lineKey(entry.result);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups]
    .map(([key, group]) => ({ key, ...describeLine(group), entries: inOrder(group, by) }))
    .sort((a, b) => (a.title + a.key < b.title + b.key ? -1 : 1));
}

function describeLine([first]: readonly HistoryEntry[]): Pick<Line, 'title' | 'subtitle'> {
  if (first === undefined) return { title: '', subtitle: '' };
  const { run, configuration } = first.result;
  return {
    title: `${run.scenario} on ${run.environment}`,
    subtitle: [
      describeLoad(configuration.load),
      ...(configuration.flags === null ? [] : [describeFlags(configuration)]),
      run.machineClass ?? 'machine not stated',
      run.k6Version === null ? 'k6 not stated' : `k6 ${run.k6Version.split('.')[0] ?? ''}`,
    ].join('; '),
  };
}

/**
 * By time: as the runs started. By commit: commits as they first came into the history, so that a clock that goes back
 * changes nothing; a result without a commit stands alone where it was added.
 */
export function inOrder(entries: readonly HistoryEntry[], by: By): HistoryEntry[] {
  const byTime = [...entries].sort((a, b) => startMs(a.result) - startMs(b.result));
  if (by === 'time') return byTime;
  const byAdding = byTime.sort((a, b) => a.added - b.added);
  const first = new Map<string, number>();
  const place = byAdding.map((entry, i) => {
    const commit = entry.result.run.commit ?? entry.file;
    first.set(commit, first.get(commit) ?? i);
    return { entry, place: first.get(commit) ?? i };
  });
  return place.sort((a, b) => a.place - b.place).map(({ entry }) => entry);
}

/** Results that started before one that was added before them. */
export function startedTooEarly(entries: readonly HistoryEntry[]): number {
  const byAdding = [...entries].sort((a, b) => a.added - b.added || startMs(a.result) - startMs(b.result));
  let latest = -Infinity;
  return byAdding.filter((entry) => {
    const early = startMs(entry.result) < latest;
    latest = Math.max(latest, startMs(entry.result));
    return early;
  }).length;
}

/** Why a result is no point of a line; null where it is one. A failed run is: it measured something. */
export function notAPoint(result: RunResult): string | null {
  const problem = result.overhead === null ? unusableBecause(result) : notMeasured(result, result.overhead);
  if (problem !== null) return problem;
  const isFollowed = METRICS.some(({ of }) => of(result) !== null);
  return isFollowed ? null : 'has no P95, overhead or error rate to follow';
}

function notMeasured({ outcome }: RunResult, { verdict }: OverheadResult): string | null {
  const { kind, reasons } = verdict;
  if (kind === 'INVALID' || kind === 'INTERRUPTED') return `is ${kind}: ${reasons.join('; ')}`;
  return outcome.status === 'not run' || outcome.status === 'broken report'
    ? `is ${outcome.status}: ${outcome.reason}`
    : null;
}
