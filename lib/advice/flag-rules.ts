/** What to change for the flag that costs most: the items of the guide's checklist that speak of it. */
import { humanMs } from '../format/format.ts';
import { costlyPackages } from './package-rules.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';

interface Advice extends Pick<Recommendation, 'title' | 'change' | 'guide'> {
  flag: string;
}

const CHECKLIST = 'Optimization Checklist';

/** By flag; the last is for what is left when no flag is on. */
const ADVICE: readonly Advice[] = [
  {
    flag: 'ENABLE_LANGFUSE_EXPORT',
    title: 'Trace export costs most',
    change:
      'Export in the background (ENABLE_ASYNC_TRACE_EXPORT), in batches of 20 or more, and trace a share of the requests.',
    guide: `${CHECKLIST}: Are all observability operations async? Are batches large enough?`,
  },
  {
    flag: 'ENABLE_ASYNC_TRACE_EXPORT',
    title: 'Trace export in the background costs most',
    change: 'Reduce the size of a batch if its work stalls the event loop, and limit the queue.',
    guide: `${CHECKLIST}: Are batches large enough? Common Issues: High P95 Latency (large batch sizes causing delays)`,
  },
  {
    flag: 'TRACK_MODEL_COSTS',
    title: 'Tracking of model costs costs most',
    change:
      'Count tokens after the answer or outside of the event loop, cache counts and prices, and write rows in batches.',
    guide: `${CHECKLIST}: Is caching enabled? Are there any blocking operations? Are unnecessary operations skipped?`,
  },
  {
    flag: 'ENABLE_SIMILARITY_LOGGING',
    title: 'Similarity logging costs most',
    change:
      'Compare after the answer, a share of the requests only, against fewer vectors; and write in batches.',
    guide: `${CHECKLIST}: Are there any blocking operations? Are unnecessary operations skipped? Are batches large enough?`,
  },
  {
    flag: 'ENABLE_OBSERVABILITY',
    title: 'Observability costs most before any flag is on',
    change:
      'Queue what is forwarded (RudderStack), forward in batches of 20, and return early where nothing is on.',
    guide: `${CHECKLIST}: Are all observability operations async? Are feature flags properly used?`,
  },
];

/** A part of the overhead that chance does not explain. */
export interface Cause {
  /** ENABLE_OBSERVABILITY stands for what is left when no flag is on. */
  flag: string;
  shareMs: number;
  interval: { lowerMs: number; upperMs: number };
  /** The overhead that it is a part of. */
  overheadMs: number;
}

/** The largest part of the overhead, where it is a cause; else null. */
export function largestCause({ attribution, overhead }: RunResult): Cause | null {
  if (attribution === null || overhead?.estimateMs == null) return null;
  const { shares, rest } = attribution;
  const parts = [...shares, { flag: 'ENABLE_OBSERVABILITY', ...rest }];
  const largest = parts.reduce((most, part) => (part.shareMs > most.shareMs ? part : most));
  const { flag, shareMs, interval, isCause } = largest;
  return isCause && interval !== null ? { flag, shareMs, interval, overheadMs: overhead.estimateMs } : null;
}

/** What to change first, or nothing where no part of the overhead is beyond chance. */
export function adviceOnLargestFlag(result: RunResult): Recommendation[] {
  const cause = largestCause(result);
  const advice = ADVICE.find(({ flag }) => flag === cause?.flag);
  if (cause === null || advice === undefined) return [];
  const { flag, ...words } = advice;
  return [{ rule: 'largest-flag', ...words, evidence: evidenceOf(flag, cause, result) }];
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
