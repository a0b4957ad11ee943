/** Ctrl+C and its like. */

/** A closed terminal is one as well. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndSignal = (typeof SIGNALS)[number];

/**
 * One Ctrl+C reaches this process several times: from the terminal, and again from npm and tsx, which pass it on. Repeats
 * within this time (milliseconds) count as one.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Calls `listener` for each signal that would end this process, once for those that are one; the process goes on.
 * @returns a function that ends the watch
 */
export function onSignal(listener: (signal: EndSignal) => void): () => void {
  let last = -Infinity;
  const once = (signal: EndSignal) => {
    const now = performance.now();
    if (now - last >= SAME_SIGNAL_MS) listener(signal);
    last = now;
  };
  for (const signal of SIGNALS) process.on(signal, once);
  return () => {
    for (const signal of SIGNALS) process.off(signal, once);
  };
}

/** Lets what must be done to its end be done, whatever signals come. */
export function holdSignals(): () => void {
  return onSignal(() => undefined);
}
