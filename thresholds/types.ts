/** Types of everything that a team edits. The units are in the names: a number never stands without one. */

/** A duration in milliseconds. */
export type Milliseconds = number;
/** A duration in seconds. */
export type Seconds = number;
/** A share between 0 and 1. */
export type Share = number;
/** Requests per second. */
export type PerSecond = number;
/** A duration as k6 writes it: `30s`, `1m`, `1m30s`, `500ms`. */
export type Duration = string;

export type ScenarioName = 'smoke' | 'light' | 'medium' | 'heavy' | 'stress' | 'ramp' | 'load-test';
export type EnvironmentName = 'local' | 'ci' | 'staging' | 'production';

/** The feature flags of the guide ("Performance Profiling"), by the names of their environment variables. */
export type Flag =
  | 'ENABLE_OBSERVABILITY'
  | 'ENABLE_LANGFUSE_EXPORT'
  | 'ENABLE_ASYNC_TRACE_EXPORT'
  | 'TRACK_MODEL_COSTS'
  | 'ENABLE_SIMILARITY_LOGGING';
