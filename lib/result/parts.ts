/** The results of all load generators of one run, whole and of one kind; or why they are not. */
import { MONITOR } from '../metrics/metric-name.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { differences, differing, ONE_RUN } from './likeness.ts';
import { startMs, type RunResult } from './run-result.ts';

/** A result, and the file that it was read from. */
export interface ResultFile {
  readonly file: string;
  readonly result: RunResult;
}

/** One load generator's result. */
export interface PartFile extends ResultFile {
  readonly part: RunResult['run']['part'] & object;
}

/** Results that cannot be merged. The message is one line: which file, what is wrong, and what would be right. */
export class PartError extends Error {
  override readonly name = 'PartError';
}

/** Parts start together: at most so far apart, or a tenth of the run where that is more. */
const MOST_APART_MS: Milliseconds = 5_000;

/**
 * All parts of one run, in their order.
 * @throws PartError where one is missing, cut short, there twice, or of another run
 */
export function partsOfOneRun(files: readonly ResultFile[]): PartFile[] {
  const parts = files.map(toPart);
  const [first, ...others] = parts;
  if (first === undefined) throw new PartError('no results: give those of all load generators of a run');
  for (const other of others) refuseForeign(first, other);
  const ordered = [...parts].sort((a, b) => a.part.index - b.part.index);
  refuseTwins(ordered);
  refuseMissing(ordered, first.part.of);
  refuseApart(ordered);
  refuseOtherIterations(ordered);
  return ordered;
}

function toPart({ file, result }: ResultFile): PartFile {
  const { run, outcome, configuration, gates } = result;
  const { part } = run;
  if (part === null) {
    const what =
      run.generators > 1 ? `is merged of ${run.generators} parts already` : 'is a whole run, no part';
    throw new PartError(`${file}: ${what}; results of load generators that ran with PART are needed`);
  }
  const name = `part ${part.index} of ${part.of}`;
  if (outcome.status === 'not run') throw new PartError(`${file}: ${name} did not run: ${outcome.reason}`);
  if (part.segment === null) {
    throw new PartError(`${file}: ${name} ran without setup, which sees that k6 was given the right segment`);
  }
  // Shared iterations that took too long are the target's fault, and a gate's matter.
  if (!run.complete && configuration.load.shape !== 'iterations') {
    throw new PartError(`${file}: ${name} was cut short: ${outcome.reason}`);
  }
  if (gates.length === 0) throw new PartError(`${file}: ${name} has no gates: nothing could be judged`);
  return { file, result, part };
}

/** The first part alone watches the target, and has gates on that. */
function isEachPartsOwn({ metric }: RunResult['gates'][number]): boolean {
  return !metric.startsWith(`${MONITOR}{`);
}

function refuseForeign(first: PartFile, other: PartFile): void {
  const pair = [other, first];
  const [found] = [
    ...differences(pair, ONE_RUN),
    ...differing(pair, 'gates', ({ result }) =>
      result.gates.filter(isEachPartsOwn).map(({ name, threshold }) => [name, threshold]),
    ),
  ];
  if (found === undefined) return;
  const [here = '', there = ''] = found.values.map(({ value }) => short(value));
  throw new PartError(
    `${other.file}: is of another run than ${first.file}: ${found.what} ${here}, there ${there}`,
  );
}

function refuseTwins(ordered: readonly PartFile[]): void {
  for (const [i, { file, part }] of ordered.entries()) {
    const before = ordered[i - 1];
    if (before?.part.index === part.index) {
      throw new PartError(
        `${before.file} and ${file} are both part ${part.index} of ${part.of}: each counts once`,
      );
    }
  }
}

function refuseMissing(ordered: readonly PartFile[], of: number): void {
  const there = new Set(ordered.map(({ part }) => part.index));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !there.has(index));
  if (missing.length === 0) return;
  throw new PartError(
    `part ${missing.join(', ')} of ${of} is missing: results of all load generators are needed`,
  );
}

/** Parts that did not load the target together were not one load. */
function refuseApart(ordered: readonly PartFile[]): void {
  const byStart = [...ordered].sort((a, b) => startMs(a.result) - startMs(b.result));
  const [first, last] = [byStart[0], byStart.at(-1)];
  if (first === undefined || last === undefined) return;
  const apartMs = startMs(last.result) - startMs(first.result);
  const longestMs = Math.max(...ordered.map(({ result }) => result.run.durationMs));
  const firstEnd = Math.min(...ordered.map((file) => startMs(file.result) + file.result.run.durationMs));
  if (apartMs <= Math.max(MOST_APART_MS, longestMs / 10) && startMs(last.result) < firstEnd) return;
  throw new PartError(
    `${last.file}: started ${(apartMs / 1_000).toFixed(1)} s after ${first.file}: the parts of a load run together`,
  );
}

/** Shared iterations are split unevenly, but their sum is the plan's. */
function refuseOtherIterations(ordered: readonly PartFile[]): void {
  const load = ordered[0]?.result.configuration.load;
  if (load?.shape !== 'iterations') return;
  const planned = Number(load.total);
  const ended = ordered.reduce((sum, { part }) => sum + part.iterations, 0);
  if (ended > planned) {
    throw new PartError(`the parts ended ${ended} iterations of ${planned}: their segments overlap`);
  }
  // A part that is not complete took too long, which is a gate's matter.
  if (ended < planned && ordered.every(({ result }) => result.run.complete)) {
    throw new PartError(`the parts ended ${ended} iterations of ${planned}: one of them was cut short`);
  }
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
