/** After the load: the target's flags as they were found. */
import { TargetProblem } from '../api/target-problem.ts';
import type { Target } from '../config/config.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { formatFlags } from '../config/settings.ts';
import { clientOf, type ControlSource } from './probe.ts';

/** Puts back the flags that `setup` found, and says whether it did; one line where it could not. */
export async function restore(
  source: ControlSource<Target>,
  setupData: SetupData | undefined,
): Promise<boolean> {
  const { originalFlags: original = null, exchanges = false } = setupData ?? {};
  if (original === null && !exchanges) return false;
  const client = await clientOf(source);
  try {
    await (original === null ? client.cross(false) : client.writeFlags(original));
    return true;
  } catch (error) {
    if (!(error instanceof TargetProblem)) throw error;
    const what = original === null ? 'as they were' : `to ${formatFlags(original)}`;
    console.error(`the flags could not be put back ${what}: ${error.message}`);
    return false;
  }
}
