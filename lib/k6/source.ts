/** Where setup, teardown and the report of a load test find its configuration, token and bodies. */
import type { LoadConfig } from '../config/config.ts';
import type { Reported } from './inputs.ts';
import type { ControlSource } from './probe.ts';
import { tokenOf } from './token.ts';
import { FIRST_BODY, type SharedRun, type UserSettings } from './shared-run.ts';

export function sourceOf(run: SharedRun): ControlSource<Reported<LoadConfig>> {
  const user = JSON.parse(run[0]) as UserSettings;
  return {
    config: run[1],
    options: run[2],
    token: tokenOf(user, (index) => run[FIRST_BODY + user.upTo.length + index] as string),
    body: (index) => run[FIRST_BODY + index] as string,
  };
}
