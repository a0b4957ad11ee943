/** A busy machine holds up the load generator, and an experiment is rightly INVALID then; a test asks again. */
import type { K6Run } from './project.ts';

const TRIES = 3;

/**
 * Runs an experiment, and once more where it was late for that reason alone, three times at most.
 * @param isDisturbed other ends that show the same
 */
export async function undisturbed<R extends K6Run>(
  run: () => Promise<R>,
  isDisturbed: (ended: R) => boolean = () => false,
): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    const ended = await run();
    // 105: interrupted on purpose, before the verdict that would have been INVALID.
    const late = [105, 108].includes(ended.code) && ended.stderr.includes('the load generator is saturated');
    if (!(late || isDisturbed(ended)) || attempt === TRIES) return ended;
  }
}
