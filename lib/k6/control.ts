/** What runs before and after a load, in a virtual user of its own. */
import execution from 'k6/execution';
import type { SetupData } from '../result/setup-data.ts';
import { SetupFailure } from './probe.ts';
import { restore } from './restore.ts';
import { setup } from './setup.ts';
import type { Shared } from './shared.ts';

/** Setup that ends the run with one line where no load would mean anything; `failed` tells the report why. */
export async function setUp(shared: Shared, failed: (code: number) => void): Promise<SetupData | undefined> {
  try {
    return await setup(shared);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    failed(error.code);
    execution.test.abort(error.message);
    return undefined;
  }
}

/** Leaves the target as it was found. */
export async function tearDown(shared: Shared, setupData: SetupData | undefined): Promise<void> {
  await restore(shared, setupData);
}
