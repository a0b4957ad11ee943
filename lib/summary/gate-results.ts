/** k6's summary back into gates: what was observed against each limit. */
import type { GateResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { expression, type Gate } from '../gates/gates.ts';

/**
 * Each gate with what k6 observed and judged. A floor that was missed reads "too few samples", and so does a limit that
 * k6 passed because it saw no sample.
 */
export function gateResults(gates: readonly Gate[], { metrics }: Pick<SummaryData, 'metrics'>): GateResult[] {
  return gates.map((gate) => {
    const seen = observed(gate, metrics);
    return {
      name: gate.name,
      kind: gate.kind,
      metric: gate.metric,
      threshold: expression(gate),
      limit: gate.limit,
      observed: seen,
      unit: gate.unit,
      status: statusOf(gate, metrics[gate.metric]?.thresholds?.[expression(gate)]?.ok, seen),
    };
  });
}

/**
 * A gate judged on what several load generators observed together, as k6 judges it for one: a limit that saw no sample has
 * too few of them.
 */
export function judgedAgain(gate: GateResult, observed: number | null): GateResult {
  return {
    ...gate,
    observed,
    status: statusOf(gate, observed === null ? gate.kind === 'limit' : holds(gate, observed), observed),
  };
}

function holds({ threshold, limit }: GateResult, observed: number): boolean {
  const [operator] = /[<>]=?/.exec(threshold) ?? [];
  switch (operator) {
    case '<':
      return observed < limit;
    case '<=':
      return observed <= limit;
    case '>=':
      return observed >= limit;
    default:
      return false;
  }
}

/** The gates that do not hold, for people; empty where all do. */
export function crossedGates(gates: readonly GateResult[]): string {
  return gates
    .filter(({ status }) => status === 'failed' || status === 'too few samples')
    .map(({ name, status }) => (status === 'failed' ? name : `${name} (too few samples)`))
    .join(', ');
}

/** @param ok k6's own judgement; undefined where it was told to judge nothing */
function statusOf(
  { kind }: Pick<Gate, 'kind'>,
  ok: boolean | undefined,
  seen: number | null,
): GateResult['status'] {
  if (ok === undefined) return 'not gated';
  if (ok) return seen === null ? 'too few samples' : 'passed';
  return kind === 'floor' ? 'too few samples' : 'failed';
}

/** k6 reports 0 for a percentile or a rate over no samples; that is no observation. */
function observed(gate: Gate, metrics: SummaryData['metrics']): number | null {
  const values = metrics[gate.metric]?.values;
  if (gate.seenBy !== undefined && (metrics[gate.seenBy]?.values.value ?? 0) === 0) return null;
  if (values === undefined) return gate.aggregate === 'count' ? 0 : null;
  if (gate.aggregate === 'rate' && (values.passes ?? 0) + (values.fails ?? 0) === 0) return null;
  if (gate.aggregate.startsWith('p(') && (values.count ?? 0) === 0) return null;
  return values[gate.aggregate] ?? null;
}
