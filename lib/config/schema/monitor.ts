/** How the target is looked into: its own numbers during a run, and CPU profiles after one. */
import * as v from 'valibot';
import {
  aboveZero,
  anyText,
  baseUrl,
  bool,
  inspector,
  object,
  oneOf,
  optional,
  path,
  within,
  type Content,
  type Field,
} from '../fields.ts';
import { expression } from './api.ts';

/** What a series of the target's own numbers means. */
const seriesKind = oneOf(
  'cpu',
  // Processor time since the process started, a counter: its growth in a window is exact.
  'cpuSeconds',
  'memory',
  'eventLoopDelay',
  'dbPoolInUse',
  'dbPoolSize',
  'dbPoolWaiting',
  'queue',
  'cache',
  'exported',
  'failed',
  'dropped',
  'errors',
);
export type SeriesKind = Content<typeof seriesKind>;

/** Which numbers of an answer make a series. */
const seriesPattern = object({
  kind: seriesKind,
  unit: anyText,
  /** A regular expression for the number's path; its first group names the queue or exporter. */
  pattern: expression,
  /** Factor from the number to the unit; 1 by default. */
  scale: optional(aboveZero),
  /** The number is a counter, and the series is its growth in a second. */
  rate: optional(bool),
});
export interface SeriesPattern extends Content<typeof seriesPattern> {}

/** How the target is watched during a run. */
export const monitorFields = {
  /** Time between two looks. */
  intervalMs: within('milliseconds', 100, 600_000),
  /** An answer that takes longer is a missing one. */
  timeoutMs: within('milliseconds', 1, 60_000),
  /** How long the queues are watched after the run where they are not empty; 0: not at all. */
  drainMs: within('milliseconds', 0, 60_000),
  /** Paths below the base URL; each answers JSON of any shape or Prometheus text. */
  paths: v.array(path, 'expected a list of paths'),
  /** The path of the target's list of errors; `null`: there is none. */
  errorsPath: v.nullable(path),
  series: v.array(seriesPattern, 'expected a list of patterns') as Field<SeriesPattern[]>,
};
export const monitorProfile = object(monitorFields);
export interface MonitorProfile extends Content<typeof monitorProfile> {}

/** How CPU profiles of a target are taken, after an experiment and never in it. */
export const profileFields = {
  /** Host and port of the target's inspector (`node --inspect`). It is best reached through a tunnel, on loopback. */
  inspector,
  /** Instead: the address of CPU profiles in the format of pprof, as `http://127.0.0.1:6060/debug/pprof/profile` of Go. */
  pprof: optional(baseUrl),
  /** How long each arm is profiled. */
  seconds: within('seconds', 1, 600),
  /** Before that the load rises for as long. */
  rampSeconds: within('seconds', 0.1, 60),
  /** Time between two samples of the profiler, microseconds. */
  intervalUs: within('microseconds', 50, 100_000),
  /** An answer of the inspector that takes longer is a missing one. */
  timeoutMs: within('milliseconds', 100, 60_000),
};
export const profileSettings = object(profileFields);
export interface ProfileSettings extends Content<typeof profileSettings> {}
