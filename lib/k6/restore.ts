/** After the load: the target's flags as they were found. */
import type { Target } from '../config/config.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { formatFlags } from '../api/flags.ts';
import { controlOf, type ControlSource } from './probe.ts';
import { writeFlags } from './switch.ts';

/** Puts back the flags that `setup` found, and says whether it did; one line where it could not. */
export async function restore(
  source: ControlSource<Target>,
  setupData: SetupData | undefined,
): Promise<boolean> {
  const original = setupData?.originalFlags ?? null;
  if (original === null) return false;
  const problem = writeFlags(await controlOf(source), original);
  if (problem !== null) {
    console.error(`the flags could not be put back to ${formatFlags(original)}: ${problem.text}`);
  }
  return problem === null;
}
