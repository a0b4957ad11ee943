/** k6's summary back into gates: what was observed against each limit. */
import type { GateResult } from '../result/run-result.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { expression, type Gate } from './gates.ts';

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

/** @param ok k6's own judgement; undefined where it was told to judge nothing */
function statusOf({ kind }: Gate, ok: boolean | undefined, seen: number | null): GateResult['status'] {
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
