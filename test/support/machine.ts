/**
 * How late this machine lets a thread run that has nothing to do but to wait: other work on it, or on the host below it,
 * delays a load generator alike. Measured in a thread of its own, which what a test does itself does not hold up.
 */
import { Worker } from 'node:worker_threads';

/** Of planned to real end of a wait; from here on a request counts as late, too (`LATENESS_LIMIT` of the experiment). */
const LATE_MS = 10;
/** The experiment's guard is on the 99th percentile. */
const MOST_LATE = 0.01;

export interface Watch {
  /** Stops it. @returns what was found; null where the machine was quiet enough to measure on */
  end: () => string | null;
}

const TICK_MS = 4;
/** Elements of what the thread shares with its parent. */
const LATE_TICKS = 0;
const LONGEST_MS = 1;
const STOP = 2;

const program = `
const { workerData } = require('node:worker_threads');
const shared = new Int32Array(workerData.buffer);
const { tickMs, lateMs, LATE_TICKS, LONGEST_MS, STOP } = workerData;
for (let due = performance.now() + tickMs; Atomics.load(shared, STOP) === 0; ) {
  Atomics.wait(shared, STOP, 0, Math.max(0, due - performance.now()));
  const late = performance.now() - due;
  if (late > shared[LONGEST_MS]) shared[LONGEST_MS] = late;
  // All moments that were due during a stall are late, but for the last ones.
  if (late > lateMs) shared[LATE_TICKS] += Math.ceil((late - lateMs) / tickMs);
  due += tickMs * Math.max(1, Math.ceil(late / tickMs));
}`;

/** Watches the machine from now on. */
export function watchMachine(): Watch {
  const buffer = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
  const shared = new Int32Array(buffer);
  const workerData = { buffer, tickMs: TICK_MS, lateMs: LATE_MS, LATE_TICKS, LONGEST_MS, STOP };
  const worker = new Worker(program, { eval: true, workerData });
  worker.unref();
  const start = performance.now();
  return {
    end: () => {
      Atomics.store(shared, STOP, 1);
      Atomics.notify(shared, STOP);
      const late = ((shared[LATE_TICKS] ?? 0) * TICK_MS) / (performance.now() - start);
      return describeMachine(late, shared[LONGEST_MS] ?? 0);
    },
  };
}

/**
 * @param late share of the time
 * @returns null where the machine was quiet enough
 */
export function describeMachine(late: number, longestMs: number): string | null {
  if (late <= MOST_LATE) return null;
  const share = (100 * late).toFixed(1);
  return `the machine was too busy: for ${share} % of the time a timer was more than ${LATE_MS} ms late, once ${longestMs} ms`;
}
