/** After the load: the target's flags as they were found. */
import type { LoadConfig } from '../config/config.ts';
import type { SetupData } from '../result/setup-data.ts';
import { formatFlags } from '../workflow/flags.ts';
import { controlOf } from './setup.ts';
import { writeFlags } from './switch.ts';

/** Puts back the flags that `setup` found; says so where it cannot. */
export async function teardown(
  config: LoadConfig,
  tokens: string[],
  setup: SetupData | undefined,
): Promise<void> {
  if (setup?.found == null) return;
  const problem = writeFlags(await controlOf(config, tokens), setup.found);
  if (problem !== null)
    console.error(`the flags could not be put back to ${formatFlags(setup.found)}: ${problem}`);
}
