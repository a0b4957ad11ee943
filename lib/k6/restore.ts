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
  const found = setupData?.found ?? null;
  if (found === null) return false;
  const problem = writeFlags(await controlOf(source), found);
  if (problem !== null) {
    console.error(`the flags could not be put back to ${formatFlags(found)}: ${problem.text}`);
  }
  return problem === null;
}
