/** An open stream of requests: each starts when it is due, whatever the answers take. */

/** How often the clock is looked at. */
const TICK_MS = 1;

/**
 * Starts request `i` at `arrivals[i]` milliseconds from now and waits until every one has ended.
 * @param arrivals ascending
 * @param start starts one request; it gets its index and how late it starts, and must not reject
 * @param isDecided asked before each request with how many have started and how late it is: none are once it says yes
 */
export function openStream(
  arrivals: readonly number[],
  start: (index: number, lateMs: number) => Promise<void>,
  isDecided: (started: number, lateMs: number) => boolean = () => false,
): Promise<void> {
  const begin = Date.now();
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
        const late = Date.now() - begin - due;
        if (late < 0) break;
        if (isDecided(next, late)) {
          planned = next;
          if (ended === planned) resolve();
          return;
        }
        start(next, late).then(endOne, reject);
        next += 1;
      }
      if (next < planned) setTimeout(startDue, TICK_MS);
    };
    if (arrivals.length === 0) resolve();
    else startDue();
  });
}
