/** Whether the target's processes have restarted, by how long each says that it has been up. */
import { describeNumber, type Uptime } from '../config/switching.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { hasRestarted } from './numbers.ts';
import { TargetProblem } from './target-problem.ts';

/** A target that is not yet as it should be is asked again after so long. */
export const POLL_MS: Milliseconds = 100;

export interface Watching {
  /** @throws TargetProblem where there is no answer */
  readonly readNumber: (proof: Uptime) => Promise<number | null>;
  readonly now: () => Milliseconds;
  readonly sleep: (ms: Milliseconds) => Promise<void>;
}

/**
 * Looks at when processes have started, to find afterwards that they did again.
 * @returns waits until they have; throws a TargetProblem where one has not in time
 */
export async function expectRestart(
  proofs: readonly Uptime[],
  { readNumber, now, sleep }: Watching,
): Promise<(timeoutMs: Milliseconds) => Promise<void>> {
  const looked: { proof: Uptime; before: number | null; at: Milliseconds }[] = [];
  for (const proof of proofs) {
    // A target that is down now will have been restarted.
    const before = await readNumber(proof).catch(() => null);
    looked.push({ proof, before, at: now() });
  }
  return async (timeoutMs) => {
    const giveUpAt = now() + timeoutMs;
    for (const { proof, before, at } of looked) {
      for (;;) {
        const after = await readNumber(proof).catch(problemOf);
        const isNumber = typeof after === 'number';
        if (isNumber && (before === null || hasRestarted(before, after, now() - at, proof.unit))) break;
        if (now() >= giveUpAt && after instanceof TargetProblem)
          throw new TargetProblem(`after ${timeoutMs} ms ${after.message}`, { isFinal: true });
        if (now() >= giveUpAt)
          throw new TargetProblem(
            `${describeNumber(proof)} went from ${before ?? 'nothing'} to ${after ?? 'nothing'}: its process was not restarted`,
            { isFinal: true },
          );
        await sleep(POLL_MS);
      }
    }
  };
}

function problemOf(error: unknown): TargetProblem {
  if (error instanceof TargetProblem) return error;
  throw error;
}
