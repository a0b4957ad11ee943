/** What runs before and after a load, in a virtual user of its own. */
import execution from 'k6/execution';
import type { LoadConfig } from '../config/config.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import { SetupFailure, type ControlSource } from './probe.ts';
import { restore } from './restore.ts';
import { setup } from './setup.ts';
import type { SharedRun } from './shared-run.ts';
import { sourceOf } from './source.ts';

/** k6's `setup` and `teardown` of a load test; `failed` is told the code of a setup that ended the run. */
export function control(run: SharedRun, failed: (code: number) => void = () => undefined) {
  const source = sourceOf(run);
  return {
    setup: () => setUp(source, failed),
    teardown: (data?: SetupData) => restore(source, data),
  };
}

/** Setup that ends the run with one line where no load would mean anything. */
async function setUp(
  source: ControlSource<LoadConfig>,
  failed: (code: number) => void,
): Promise<SetupData | undefined> {
  try {
    return await setup(source);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    failed(error.code);
    execution.test.abort(error.message);
    return undefined;
  }
}
