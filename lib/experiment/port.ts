/**
 * The port of the engines: all that an experiment or a capacity run needs of the world around it. lib/k6 brings it with
 * k6's requests, timers and metrics; tests bring a clock and a target of their own, and drive whole runs in milliseconds.
 */
import type { HttpAnswer, HttpRequest } from '../api/send.ts';
import type { Reading } from './costs.ts';
import type { FurtherTime } from '../metrics/latency-metrics.ts';
import type { FlagValues, Milliseconds } from '../../thresholds/types.ts';

export interface Port {
  /** Sends one request and waits for its answer. Never rejects. */
  send: (body: string, how: Requests) => Promise<Reply>;
  /**
   * Switches the whole system and waits until it says so.
   * @throws TargetProblem where it does not
   */
  switchTo: (flags: FlagValues) => Promise<void>;
  /**
   * Asks the calls that say which settings are in force, where there are any, whether these still are.
   * @throws TargetProblem where they are not
   */
  confirm: (flags: FlagValues) => Promise<void>;
  /**
   * The bearer token; `undefined` where the API takes none.
   * @param validForMs how long it must live
   * @throws Error where there is none
   */
  token: (validForMs: Milliseconds) => Promise<string | undefined>;
  /** Headers of each request whose values are secrets. */
  secretHeaders: () => Promise<Readonly<Record<string, string>>>;
  /** How many entries each watched queue of the target holds, always in the same order; `null` where it does not say. */
  queues: () => Promise<readonly number[] | null>;
  /** What the target says about itself now; `null` where it does not. Never rejects. */
  reading: () => Promise<Reading | null>;
  /** In ms since 1970. */
  now: () => Milliseconds;
  /** Waits; requests under way go on. */
  sleep: (ms: Milliseconds) => Promise<void>;
  /** Adds a sample to a metric by its name. */
  record: (metric: string, value: number, tags?: Record<string, string>) => void;
  /** One line of progress. */
  log: (line: string) => void;
}

/** What many requests have in common: made once for all of them. */
export interface Requests extends Omit<HttpRequest, 'body'> {
  /** Whether an answer is checked by the success rule, each check counted; else by its status alone. */
  readonly isChecked: boolean;
}

export interface Reply extends Pick<HttpAnswer, 'status' | 'headers' | 'body' | 'durationMs'> {
  readonly succeeded: boolean;
  /** Beside `durationMs`, the time that decides; those that the request has. */
  readonly times?: Readonly<Partial<Record<FurtherTime, Milliseconds>>>;
}
