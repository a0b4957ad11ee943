/** One finished load run, whichever tool made it, as far as its file tells. */
import type { QuantileFunction } from '../statistics/quantile-function.ts';
import type { RunResult } from '../result/run-result.ts';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';

/** The tools whose files can be compared, as people know them. */
export type Tool = 'k6-overhead' | 'k6' | 'ab -e' | 'ab -g' | 'Artillery';

/** A run that measured something. */
export interface MeasuredRun {
  readonly kind: 'measured';
  /** Where it was read from. */
  readonly file: string;
  readonly tool: Tool;
  /** ISO 8601; null where the file does not say. */
  readonly startedAt: string | null;
  /** How long it loaded its target; absent where the file does not say. */
  readonly seconds?: Seconds;
  /** Requests sent; null where the file does not say. */
  readonly requests: number | null;
  /** Requests without a successful answer; null where the file does not say. */
  readonly errors: number | null;
  /** Its `count` means nothing where `requests` is null. */
  readonly latency: QuantileFunction;
  readonly p95Ms: Milliseconds;
  /** How its P95 was had, for people. */
  readonly p95From: string;
  /** The suite's own result, with the fingerprint of the run; null for files of other tools. */
  readonly result: RunResult | null;
}

/** A run from which nothing may be concluded: its numbers cannot be read. */
export interface UnusableRun {
  readonly kind: 'unusable';
  readonly file: string;
  readonly tool: Tool;
  /** Why, in one line. */
  readonly problem: string;
  readonly result: RunResult | null;
}

/** A file that is no run. The message is one line: the file, what is wrong, and what would be right. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError';
}
