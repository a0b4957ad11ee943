/** What to change by what an experiment or a profile found, beside what any run says (`rules.ts`). */
import { describeCapacity, describeLoss } from '../experiment/capacity/describe.ts';
import { humanMs, humanShare } from '../format/format.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';
import { adviceOnLargestFlag } from './flag-rules.ts';
import { costlyPackages } from './package-rules.ts';
import { adviceOnTarget, applied, type Rule } from './rules.ts';

const RULES: readonly Rule[] = [
  {
    rule: 'synchronous-export',
    title: 'Traces are exported while the request waits',
    evidence: ({ overhead }) => {
      const flags = overhead?.arms.find(({ name }) => name === overhead.treatment)?.flags;
      const waits = flags?.ENABLE_LANGFUSE_EXPORT === true && flags.ENABLE_ASYNC_TRACE_EXPORT !== true;
      return waits ? costs(overhead) : [];
    },
    change: 'Switch ENABLE_ASYNC_TRACE_EXPORT on: export in the background, in batches.',
    guide: 'Performance Optimization Strategies: Async Processing, Batching',
  },
  {
    rule: 'lost-capacity',
    title: 'Observability takes capacity',
    evidence: lostCapacity,
    change:
      'Take CPU work and blocking calls of observability out of the request: near saturation every request waits for them.',
    guide: 'Optimization Checklist: Are there any blocking operations? Are unnecessary operations skipped?',
  },
  {
    rule: 'unused-flags',
    title: 'Observability costs more than its budget',
    evidence: ({ overhead, attribution }) =>
      overhead?.verdict.kind === 'FAIL' && attribution === null ? costs(overhead) : [],
    change:
      'Find out which feature costs what (npm run attribution), and switch off by its flag what costs most.',
    guide: 'Performance Optimization Strategies: Conditional Execution (feature flags)',
  },
  {
    rule: 'costly-package',
    title: 'Where the added CPU time goes',
    // What a flag adds stands with that flag.
    evidence: ({ profile }) => (profile?.flag === null ? costlyPackages(profile, 'the added CPU') : []),
    change:
      'Skip what it does where nobody needs it, do it for a share of the requests, or do it in batches outside of them.',
    guide: 'Optimization Checklist: Are unnecessary operations skipped? Are batches large enough?',
  },
];

/** What the evidence of any run speaks for: the flag that costs most, then in the order of the rules. */
export function recommend(result: RunResult): Recommendation[] {
  return [...adviceOnLargestFlag(result), ...adviceOnTarget(result), ...applied(RULES, result)];
}

/** An overhead that is there beyond chance. */
function costs(overhead: RunResult['overhead']): string[] {
  const { estimateMs = null, interval = null, budgetMs = 0 } = overhead ?? {};
  if (estimateMs === null || interval === null || interval.lowerMs <= 0) return [];
  return [
    `overhead at P95: ${humanMs(estimateMs)}, 95 % interval from ${humanMs(interval.lowerMs)}; the budget is ${humanMs(budgetMs)}`,
  ];
}

/** A loss of capacity that is there beyond chance. */
function lostCapacity({ capacity }: RunResult): string[] {
  if (capacity === null || capacity.sameFlags || capacity.verdict.kind === 'INVALID') return [];
  const { loss, arms, limits } = capacity;
  if ((loss.interval?.lower ?? loss.bounds.lower ?? 0) <= 0) return [];
  return [
    `capacity: ${describeLoss(loss)}`,
    ...arms.map(
      ({ name, perSecond }) =>
        `${name}: ${describeCapacity(perSecond)} within P95 ${humanMs(limits.p95Ms)} and ${humanShare(limits.errorRate)} errors`,
    ),
  ];
}
