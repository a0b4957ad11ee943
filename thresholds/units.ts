/** What numbers mean. The units are in the names of settings: a number never stands without one. */

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
