// Waiting for queues and requests to end.
import { setTimeout as wait } from 'node:timers/promises';

/** Between two looks, milliseconds. */
const tickMs = 5;

/**
 * Waits until something is done; false when `limitMs` milliseconds were not enough.
 * @param hasten called before each look but the first, with the milliseconds that are left
 */
export async function untilDone(
  isDone: () => boolean,
  limitMs: number,
  hasten: (leftMs: number) => unknown = () => undefined,
): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!isDone()) {
    const leftMs = end - performance.now();
    if (leftMs < 0) return false;
    await hasten(leftMs);
    await wait(tickMs);
  }
  return true;
}
