/** The run, made once at init and shared by all users. */
import { SharedArray } from 'k6/data';
import type { LoadConfig } from '../config/config.ts';
import type { K6Options } from '../load/options.ts';
import type { ScenarioName } from '../../thresholds/types.ts';
import { makeRun, type UserSettings } from './run.ts' with { load: 'once' };

export interface Shared {
  user: UserSettings;
  /** What only init, setup, teardown and handleSummary need. */
  config: () => LoadConfig;
  options: () => K6Options;
  body: (index: number) => string;
  token: (index: number) => string;
}

/**
 * One array holds all of a run, because each costs every user memory: the user's settings, the configuration, the
 * options, then bodies, then tokens. k6 calls its function for the first user only.
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function openRun(scenario: ScenarioName): Shared {
  const shared = new SharedArray<unknown>('run', () => {
    const run = makeRun(scenario, __ENV, open, pathOf(import.meta.resolve('../reports')));
    return 'error' in run ? [run] : [run.user, run.config, run.options, ...run.bodies, ...run.tokens];
  });
  const user = shared[0] as UserSettings | { error: string };
  // A string, not an Error: k6 would print a stack trace.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if ('error' in user) throw user.error;
  const bodies = 3;
  const tokens = bodies + user.upTo.length;
  return {
    user,
    config: () => shared[1] as LoadConfig,
    options: () => shared[2] as K6Options,
    body: (index) => shared[bodies + index] as string,
    token: (index) => shared[tokens + index] as string,
  };
}

/** The path of a `file:` address; k6 writes to paths only. */
export function pathOf(address: string): string {
  return decodeURIComponent(address.replace(/^file:\/\/(?:\/(?=[A-Za-z]:))?/, ''));
}
