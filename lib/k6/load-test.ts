/** A load scenario as k6's five exports. */
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import { Gauge } from 'k6/metrics';
import { makeRun, type Run, type UserSettings } from './run.ts' with { load: 'once' };
import { setup } from './setup.ts' with { load: 'once' };
import { summarize } from './summary.ts' with { load: 'once' };
import { teardown } from './teardown.ts' with { load: 'once' };
import { userOf } from './user.ts';
import type { LoadConfig } from '../config/config.ts';
import type { K6Options } from '../load/options.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { SETUP_FAILURE, type SetupData } from '../result/setup-data.ts';
import type { ScenarioName } from '../../thresholds/types.ts';

/** Tells the report why setup ended the run: a metric is the only way from there to handleSummary. */
const setupFailure = new Gauge(SETUP_FAILURE);

/**
 * k6's five exports of a load scenario; `iteration` is its default function.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function loadTest(scenario: ScenarioName) {
  const { user, config, options, bodies, tokens } = openRun(scenario);
  return {
    options,
    setup: async (): Promise<SetupData | undefined> => {
      try {
        return await setup(config(), [...tokens], bodies[0] ?? '');
      } catch (error) {
        const { code, message } = error as { code?: number; message?: string };
        if (code === undefined) throw error;
        setupFailure.add(code);
        execution.test.abort(message);
        return undefined;
      }
    },
    iteration: userOf(user, bodies, tokens),
    teardown: (data?: SetupData) => teardown(config(), [...tokens], data),
    handleSummary: (data: SummaryData) => summarize(config(), data, __ENV),
  };
}

/** The run, made once and shared: k6 calls a SharedArray's function for the first user only. */
function openRun(scenario: ScenarioName) {
  let made: Run | undefined;
  const [user] = new SharedArray<UserSettings | { error: string }>('user', () => {
    const run = makeRun(scenario, __ENV, open, folderOf(import.meta.resolve('../reports')));
    if ('error' in run) return [run];
    made = run;
    return [run.user];
  });
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if (user === undefined || 'error' in user) throw user?.error;
  const config = new SharedArray<LoadConfig>('config', () => (made ? [made.config] : []));
  const options = new SharedArray<K6Options>('options', () => (made ? [made.options] : []));
  return {
    user,
    config: () => {
      const [only] = config;
      if (only === undefined) throw new Error('the configuration of this run was not made');
      return only;
    },
    // k6 reads the options of the first user, and hands them to the others itself.
    options: __VU === 0 ? { ...options[0] } : {},
    bodies: new SharedArray<string>('bodies', () => made?.bodies ?? []),
    tokens: new SharedArray<string>('tokens', () => made?.tokens ?? []),
  };
}

/** The path of a `file:` address; k6 writes to paths only. */
function folderOf(address: string): string {
  return decodeURIComponent(address.replace(/^file:\/\/(?:\/(?=[A-Za-z]:))?/, ''));
}
