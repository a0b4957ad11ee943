/** What runs before and after a load, in a virtual user of its own. */
import execution from 'k6/execution';
import type { LoadConfig } from '../config/config.ts';
import { FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import { toldToSkip } from './probe.ts';
import { restore } from './restore.ts';
import { runSetup } from './run-setup.ts';
import { setup } from './setup.ts';
import type { SharedRun } from './shared-run.ts';
import { sourceOf } from './source.ts';

/** k6's `setup` and `teardown` of a load test; `failed` is told the code of what was wrong with setup. */
export function control(run: SharedRun, failed: (code: number) => void = () => undefined) {
  const source = sourceOf(run);
  return {
    setup: () => runSetup(source, failed, () => setup(source)),
    teardown: (data?: SetupData) => {
      if (lacksSetup(source.config)) {
        failed(FAILURE.noSetup);
        execution.test.abort(describeFailure(source.config, FAILURE.noSetup));
      }
      return restore(source, data);
    },
  };
}

/** Flags that only label the load, and a part that nobody has checked: k6 was told to run no setup. */
function lacksSetup({ flags, part }: LoadConfig): boolean {
  return (flags !== null || part !== null) && toldToSkip().noSetup === true;
}
