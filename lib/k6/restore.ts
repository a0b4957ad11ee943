/** After the load: the target's flags as they were found. */
import type { Client } from '../api/client.ts';
import { TargetProblem } from '../api/target-problem.ts';
import type { Target } from '../config/config.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { formatFlags } from '../config/settings.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import { clientOf, type ControlSource } from './probe.ts';

/** Puts back the flags that `setup` found, and says whether it did; one line where it could not. */
export async function restore(
  source: ControlSource<Target>,
  setupData: SetupData | undefined,
): Promise<boolean> {
  const { originalFlags: original = null, exchanges = false } = setupData ?? {};
  if (original === null && !exchanges) return false;
  return putBack(await clientOf(source), original);
}

/** @param original where there are none, two deployments have their own settings again */
export async function putBack(client: Client, original: FlagValues | null): Promise<boolean> {
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
