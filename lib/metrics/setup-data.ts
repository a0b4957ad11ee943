/** What `setup` tells the report. Shown by k6 in its summary and REST API: no secret may be in it. */
import type { FlagValues, Switching } from '../../thresholds/types.ts';

export interface SetupData {
  k6Version: string | null;
  /** How the flags that were asked for reached the target; `null` where none were. */
  switchedBy: Switching['by'] | 'label' | null;
  /** The flags that teardown puts back; `null` where nothing was switched. */
  originalFlags: FlagValues | null;
  /** Teardown has two deployments have their own settings again. */
  exchanges?: true;
  /** When setup ended and the load began, in ms since 1970: users tag their requests with the stage by it. */
  loadStartedAt: number;
  /** k6's execution segment and the sequence that it is of, where the load is split: `1/4:1/2 of 0,1/4,1/2,3/4,1`. */
  segment?: string;
  /** What is watched of the target, as text; absent where it is not watched. */
  monitor?: string;
}

/**
 * A gauge is the only way from a failed `setup` to `handleSummary`. Its value is the HTTP status of the probe, or one of
 * these.
 */
export const SETUP_FAILURE = 'setup_failure';
export const FAILURE = {
  noAnswer: 1,
  noToken: 2,
  notSwitched: 3,
  wrongSegment: 4,
  loadReplaced: 5,
  trendStatsReplaced: 6,
  noSetup: 7,
  untrusted: 8,
  noCpuSeconds: 9,
  noMemory: 10,
  otherHost: 11,
  outOfDate: 12,
  missingPart: 13,
} as const;
