/** What to change by what an experiment or a profile found, beside what any run says (`rules.ts`). */
import { describeCapacity, describeLoss } from '../experiment/capacity/describe.ts';
import { humanMs, humanShare } from '../format/format.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';
import { advice } from '../../thresholds/advice.ts';
import { settingsIn } from '../result/settings-in.ts';
import { adviceOnLargestFlag } from './flag-rules.ts';
import { costlyPackages } from './package-rules.ts';
import { adviceOnTarget, applied, type Rule } from './rules.ts';

const RULES: readonly Rule[] = [
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
  return [
    ...adviceOnLargestFlag(result),
    ...adviceOnTarget(result),
    ...adviceOnArm(result),
    ...applied(RULES, result),
  ];
}

/** What thresholds/advice.ts says of settings that are on without others. */
function adviceOnArm(result: RunResult): Recommendation[] {
  const { overhead } = result;
  const { values } = settingsIn(result);
  const flags = overhead?.arms.find(({ name }) => name === overhead.treatment)?.flags ?? {};
  const evidence = costs(overhead);
  return advice.flatMap(({ where, title, change, guide }) => {
    if (where === undefined || evidence.length === 0) return [];
    const { rule, on, off } = where;
    const holds =
      on.every((name) => flags[name] !== undefined && flags[name] === values[name]?.on) &&
      off.every((name) => flags[name] === values[name]?.off);
    return holds ? [{ rule, title, evidence, change, guide }] : [];
  });
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
