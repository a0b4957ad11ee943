/** What to change by what an experiment or a profile found, beside what any run says (`rules.ts`). */
import { describeCapacity, describeLoss } from '../experiment/capacity/describe.ts';
import { humanMs, humanShare } from '../format/format.ts';
import type { CostResult, Recommendation, RunResult } from '../result/run-result.ts';
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
    rule: 'waiting-for-the-sink',
    title: 'Requests wait for where observability sends to',
    evidence: (result) => (isBySurroundings(result) ? costs(result.overhead) : []),
    change:
      'Export outside of the request, and put a time-out on each export: a slow or missing sink then costs entries, not latency.',
    guide:
      'Common Issues: High P95 Latency (network latency to external services; add timeouts for external calls)',
  },
  {
    rule: 'unbounded-queue',
    title: 'Memory grows while the sink does not keep up',
    evidence: (result) => (isBySurroundings(result) ? grows(result, 'memoryGrowthMbPerMinute') : []),
    change: 'Bound the queue of what waits for its export, and drop the oldest entries beyond that.',
    guide: 'Common Issues: Memory Leaks (event queues growing unbounded; implement queue size limits)',
  },
  {
    rule: 'lost-entries',
    title: 'Entries are lost while the sink does not keep up',
    evidence: (result) => (isBySurroundings(result) ? grows(result, 'lostPerSecond') : []),
    change:
      'Decide what may be lost: retry with a limit, keep entries on disk, or count what is dropped and alert on it.',
    guide: 'Common Issues: High Error Rates (external service failures; add retry logic, circuit breakers)',
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

/** Whether the arms differ only in what named arms alone change: not in observability, but in what it meets. */
function isBySurroundings(result: RunResult): boolean {
  const { overhead } = result;
  const { values } = settingsIn(result);
  const [baseline, treatment] = [overhead?.baseline, overhead?.treatment].map(
    (arm) => overhead?.arms.find(({ name }) => name === arm)?.flags ?? {},
  );
  const differing = Object.keys(values).filter((name) => baseline?.[name] !== treatment?.[name]);
  return differing.length > 0 && differing.every((name) => values[name]?.off === values[name]?.on);
}

/** A cost that the treatment has beyond chance. */
function grows({ overhead }: RunResult, cost: CostResult['cost']): string[] {
  const found = overhead?.costs?.find((one) => one.cost === cost);
  if (found?.interval == null || found.interval.lower <= 0) return [];
  const { value, interval, unit } = found;
  const [more, lower, upper] = [value, interval.lower, interval.upper].map((number) => number.toFixed(1));
  return [`${more ?? ''} ${unit} more in the treatment, 95 % interval ${lower ?? ''} to ${upper ?? ''}`];
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
