/**
 * The port of the engines: all that an experiment or a capacity run needs of the world around it. lib/k6 brings it with
 * k6's requests, timers and metrics; tests bring a clock and a target of their own, and drive whole runs in milliseconds.
 */
import type { HttpAnswer, HttpRequest } from '../api/send.ts';
import type { Arm } from '../config/arms.ts';
import type { Counter } from '../config/switching.ts';
import type { Reading } from './costs.ts';
import type { FurtherTime } from '../metrics/latency-metrics.ts';
import type { FlagValues, Milliseconds } from '../../thresholds/types.ts';

export interface Port {
  /** Sends one request and waits for its answer. Never rejects. */
  send: (body: string, how: Requests) => Promise<Reply>;
  /**
   * Switches the whole system and waits until it says so. A deployment of the arm's own only has to say so.
   * @param baseUrl where the arm's requests go
   * @throws TargetProblem where it does not
   */
  switchTo: (arm: Arm, baseUrl: string) => Promise<void>;
  /**
   * Has the two deployments exchange their settings, or have their own again.
   * @throws TargetProblem where that fails
   */
  cross: (isCrossed: boolean) => Promise<void>;
  /**
   * The number of a counter, 0 where its answer names none.
   * @throws TargetProblem where there is no answer
   */
  count: (counter: Counter, baseUrl: string) => Promise<number>;
  /**
   * Asks the calls that say which settings are in force, where there are any, whether these still are.
   * @throws TargetProblem where they are not
   */
  confirm: (flags: FlagValues, baseUrl: string) => Promise<void>;
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
