/** What `setup` tells the report. Shown by k6 in its summary and REST API: no secret may be in it. */
import type { LoadConfig, Target } from '../config/config.ts';
import { formatFlags, type FlagValues } from '../workflow/flags.ts';
import type { SummaryData } from './summary-data.ts';

export interface SetupData {
  k6Version: string | null;
  /** How the flags that were asked for reached the target; `null` where none were. */
  switchedBy: 'admin' | 'header' | 'label' | null;
  /** The flags that teardown puts back; `null` where nothing was switched. */
  found: FlagValues | null;
  /** When setup ended and the load began, in ms since 1970: users tag their requests with the stage by it. */
  loadStartedAt: number;
  /** What is watched of the target, as text; absent where it is not watched. */
  monitor?: string;
}

/**
 * A gauge is the only way from a failed `setup` to `handleSummary`. Its value is the HTTP status of the probe, or one of
 * these.
 */
export const SETUP_FAILURE = 'setup_failure';
export const FAILURE = { noAnswer: 1, noToken: 2, notSwitched: 3 } as const;

/** Why `setup` ended the run, in one line; `null` where it did not. */
export function setupFailure(
  config: Target & Partial<Pick<LoadConfig, 'flags'>>,
  { metrics }: Pick<SummaryData, 'metrics'>,
): string | null {
  const code = metrics[SETUP_FAILURE]?.values.value ?? 0;
  return code === 0 ? null : describeFailure(config, code);
}

/** One line for a code of the gauge. */
export function describeFailure(
  { api, baseUrl, flags }: Target & Partial<Pick<LoadConfig, 'flags'>>,
  code: number,
): string {
  const probe = `${api.probe.method} ${baseUrl}${api.probe.path}`;
  switch (code) {
    case FAILURE.noAnswer:
      return `the target does not answer: ${probe} (3 tries)`;
    case FAILURE.noToken:
      return 'no token could be had for the target';
    case FAILURE.notSwitched:
      return `the target did not switch its flags to ${formatFlags(flags ?? {})}`;
    case 401:
    case 403:
      return `the target refuses the token: ${probe} answered ${code}`;
    default:
      return `the target is not ready: ${probe} answered ${code} (3 tries)`;
  }
}
