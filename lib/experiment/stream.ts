/** An open stream of requests: each starts when it is due, whatever the answers take. */
import type { Milliseconds } from '../../thresholds/types.ts';
import type { Port } from './port.ts';

/** Requests that are due within this time start together: a timer for each would cost more than it gives. */
const TICK_MS: Milliseconds = 1;

/** A request that starts later than this was held up by the load generator, not by the target. */
export const LATENESS_LIMIT: Milliseconds = 10;

/**
 * Starts request `i` at `arrivals[i]` milliseconds from now and waits until every one has ended.
 * @param arrivals ascending
 * @param start starts one request; it gets its index and how late it starts, and must not reject
 * @param shouldStop asked before each request with how many have started and how late it is; once it says yes, no more start
 */
export function openStream(
  { now, sleep }: Pick<Port, 'now' | 'sleep'>,
  arrivals: readonly Milliseconds[],
  start: (index: number, lateMs: Milliseconds) => Promise<void>,
  shouldStop: (started: number, lateMs: Milliseconds) => boolean = () => false,
): Promise<void> {
  const begin = now();
  let planned = arrivals.length;
  let next = 0;
  let ended = 0;
  return new Promise((resolve, reject) => {
    const endOne = () => {
      ended += 1;
      if (ended === planned) resolve();
    };
    const startDue = () => {
      while (next < planned) {
        const due = arrivals[next] ?? 0;
        const late = now() - begin - due;
        if (late < 0) {
          // The clock has whole milliseconds: it shows this one once it is over.
          sleep(Math.max(TICK_MS, Math.ceil(-late))).then(startDue, reject);
          return;
        }
        if (shouldStop(next, late)) planned = next;
        else {
          start(next, late).then(endOne, reject);
          next += 1;
        }
      }
      if (ended === planned) resolve();
    };
    startDue();
  });
}
