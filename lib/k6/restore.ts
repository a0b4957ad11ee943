/** After the load: the target's flags as they were found. */
import type { SetupData } from '../result/setup-data.ts';
import { formatFlags } from '../workflow/flags.ts';
import { controlOf } from './setup.ts';
import type { Shared } from './shared.ts';
import { writeFlags } from './switch.ts';

/** Puts back the flags that `setup` found; says so where it cannot. */
export async function restore(shared: Shared, setupData: SetupData | undefined): Promise<void> {
  const found = setupData?.found ?? null;
  if (found === null) return;
  const problem = writeFlags(await controlOf(shared), found);
  if (problem !== null) console.error(`the flags could not be put back to ${formatFlags(found)}: ${problem}`);
}
