/** What to change for the setting that costs most, by thresholds/advice.ts. */
import { humanMs } from '../format/format.ts';
import { settingsIn } from '../result/settings-in.ts';
import { advice } from '../../thresholds/advice.ts';
import { costlyPackages } from './package-rules.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';

/** For a setting of which thresholds/advice.ts says nothing. */
const GENERAL: Pick<Recommendation, 'change' | 'guide'> = {
  change: 'Do its work after the answer, in batches, or for a share of the requests; or switch it off.',
  guide: 'Optimization Checklist: Are there any blocking operations? Are unnecessary operations skipped?',
};

/** What to change for what is on in some arm and costs time. */
export function adviceOnSetting(name: string): Pick<Recommendation, 'title' | 'change' | 'guide'> {
  const own = advice.find(({ setting }) => setting === name);
  return own === undefined
    ? { title: `${name} costs most`, ...GENERAL }
    : { title: own.title, change: own.change, guide: own.guide };
}

/** A part of the overhead that chance does not explain. */
export interface Cause {
  /** The main one stands for what is left when no other is on. */
  flag: string;
  shareMs: number;
  interval: { lowerMs: number; upperMs: number };
  /** The overhead that it is a part of. */
  overheadMs: number;
}

/** The largest part of the overhead, where it is a cause; else null. */
export function largestCause(result: RunResult): Cause | null {
  const { attribution, overhead } = result;
  if (attribution === null || overhead?.estimateMs == null) return null;
  const { shares, rest } = attribution;
  const { main } = settingsIn(result);
  const parts = [...shares, ...(rest === null || main === null ? [] : [{ flag: main, ...rest }])];
  const [first, ...others] = parts;
  if (first === undefined) return null;
  const largest = others.reduce((most, part) => (part.shareMs > most.shareMs ? part : most), first);
  const { flag, shareMs, interval, isCause } = largest;
  return isCause && interval !== null ? { flag, shareMs, interval, overheadMs: overhead.estimateMs } : null;
}

/** What to change first, or nothing where no part of the overhead is beyond chance. */
export function adviceOnLargestFlag(result: RunResult): Recommendation[] {
  const cause = largestCause(result);
  if (cause === null) return [];
  return [
    { rule: 'largest-flag', ...adviceOnSetting(cause.flag), evidence: evidenceOf(cause.flag, cause, result) },
  ];
}

function evidenceOf(flag: string, cause: Cause, { attribution, profile }: RunResult): string[] {
  const { lowerMs, upperMs } = cause.interval;
  const interactions = attribution?.interactions.filter(({ flags }) => flags.includes(flag)) ?? [];
  return [
    `${flag} is ${humanMs(cause.shareMs)} of ${humanMs(cause.overheadMs)} at P95 (95 %: ${humanMs(lowerMs)} to ${humanMs(upperMs)})`,
    ...interactions.map(
      ({ flags, shareMs }) =>
        `${flags.join(' and ')} together cost ${humanMs(shareMs)} beyond what each costs alone`,
    ),
    ...(profile?.flag === flag ? costlyPackages(profile, 'its CPU') : []),
  ];
}
