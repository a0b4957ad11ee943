/** The run, made once at init and shared by all users. */
import { SharedArray } from 'k6/data';
import type { ScenarioName } from '../../thresholds/types.ts';
import { makeRun } from './run.ts' with { load: 'once' };
import type { SharedRun } from './shared-run.ts';

/**
 * Opens the run of a scenario. k6 calls the array's function for the first user only.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function openRun(scenario: ScenarioName): SharedRun {
  const elements: readonly unknown[] = new SharedArray<unknown>('run', () => {
    const run = makeRun(scenario, __ENV, (path) => open(path), import.meta.resolve('../reports'));
    return 'error' in run ? [run] : [run.user, run.config, run.options, ...run.bodies, ...run.tokens];
  });
  const run = elements as SharedRun | readonly [{ error: string }];
  const first = run[0];
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in first) throw first.error;
  return run as SharedRun;
}
