/** What runs before and after a load, in a virtual user of its own. */
import type { SetupData } from '../metrics/setup-data.ts';
import { restore } from './restore.ts';
import { runSetup } from './run-setup.ts';
import { setup } from './setup.ts';
import type { SharedRun } from './shared-run.ts';
import { sourceOf } from './source.ts';

/** k6's `setup` and `teardown` of a load test; `failed` is told the code of a setup that ended the run. */
export function control(run: SharedRun, failed: (code: number) => void = () => undefined) {
  const source = sourceOf(run);
  return {
    setup: () => runSetup(source, failed, () => setup(source)),
    teardown: (data?: SetupData) => restore(source, data),
  };
}
