/** One result in the history. */
import type { RunResult } from '../result/run-result.ts';

export interface HistoryEntry {
  /** The name of its file: it tells results apart. */
  readonly file: string;
  /** Its place in the order of adding; results that were added side by side may share it. */
  readonly added: number;
  readonly result: RunResult;
}

/** What a line is drawn along. */
export type By = 'commit' | 'time';

/** The first seven digits of a commit, as git shows them; null where the result names none. */
export function shortCommit({ run }: RunResult): string | null {
  return run.commit === null || run.commit === '' ? null : run.commit.slice(0, 7);
}

/** `2026-03-01 12:00`. */
export function startOf({ run }: RunResult): string {
  return run.startedAt.slice(0, 16).replace('T', ' ');
}

/** `0123456 of 2026-03-01 12:00`, for messages. */
export function describeRun(result: RunResult): string {
  return `${shortCommit(result) ?? 'no commit'} of ${startOf(result)}`;
}
