/** What `setup` tells the report. Shown by k6 in its summary and REST API: no secret may be in it. */
import type { LoadConfig, Target } from '../config/config.ts';
import type { Part } from '../config/part.ts';
import { formatFlags, type FlagValues } from '../api/flags.ts';
import type { SummaryData } from '../summary/summary-data.ts';

export interface SetupData {
  k6Version: string | null;
  /** How the flags that were asked for reached the target; `null` where none were. */
  switchedBy: 'admin' | 'header' | 'label' | null;
  /** The flags that teardown puts back; `null` where nothing was switched. */
  found: FlagValues | null;
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
export const FAILURE = { noAnswer: 1, noToken: 2, notSwitched: 3, wrongSegment: 4, loadReplaced: 5 } as const;

/** Why `setup` ended the run, in one line; `null` where it did not. */
export function setupFailure(
  config: Target & Partial<Pick<LoadConfig, 'flags' | 'part'>>,
  { metrics }: Pick<SummaryData, 'metrics'>,
): string | null {
  const code = metrics[SETUP_FAILURE]?.values.value ?? 0;
  return code === 0 ? null : describeFailure(config, code);
}

/** One line for a code of the gauge. */
export function describeFailure(
  { api, baseUrl, flags, part }: Target & Partial<Pick<LoadConfig, 'flags' | 'part'>>,
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
    case FAILURE.wrongSegment:
      return describeWrongSegment(part);
    case FAILURE.loadReplaced:
      return (
        '--vus, --duration, --iterations and --stage (K6_VUS and the like) replace the load of this scenario; ' +
        'allowed: ITERATIONS with CONCURRENCY, STAGES or RATE'
      );
    case 401:
    case 403:
      return `the target refuses the token: ${probe} answered ${code}`;
    default:
      return `the target is not ready: ${probe} answered ${code} (3 tries)`;
  }
}

/** What k6 would have to be started with: without its segment a generator sends the whole load, or another's part. */
function describeWrongSegment(part: Part | null | undefined): string {
  const { index, of } = part ?? { index: 1, of: 1 };
  const sequence = ['0', ...Array.from({ length: of - 1 }, (_, i) => `${i + 1}/${of}`), '1'];
  return (
    `PART: '${index}/${of}', and k6 was not given that segment; allowed: ` +
    `--execution-segment=${sequence[index - 1] ?? ''}:${sequence[index] ?? ''} --execution-segment-sequence=${sequence.join(',')}`
  );
}
