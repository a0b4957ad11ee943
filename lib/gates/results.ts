/** k6's summary back into gates: what was observed against each limit. */
import type { GateResult } from '../result/run-result.ts';
import type { SummaryData } from '../result/summary-data.ts';
import { expression, type Gate } from './gates.ts';

/** Each gate with what k6 observed and judged. A floor that was missed reads "too few samples". */
export function gateResults(gates: readonly Gate[], { metrics }: Pick<SummaryData, 'metrics'>): GateResult[] {
  return gates.map((gate) => {
    const metric = metrics[gate.metric];
    const ok = metric?.thresholds?.[expression(gate)]?.ok;
    return {
      name: gate.name,
      kind: gate.kind,
      metric: gate.metric,
      threshold: expression(gate),
      limit: gate.limit,
      observed: observed(gate, metrics),
      unit: gate.unit,
      status:
        ok === undefined ? 'not gated' : ok ? 'passed' : gate.kind === 'floor' ? 'too few samples' : 'failed',
    };
  });
}

/** k6 reports 0 for a percentile or a rate over no samples; that is no observation. */
function observed(gate: Gate, metrics: SummaryData['metrics']): number | null {
  const values = metrics[gate.metric]?.values;
  if (values === undefined) return gate.aggregate === 'count' ? 0 : null;
  if (gate.aggregate === 'rate' && (values.passes ?? 0) + (values.fails ?? 0) === 0) return null;
  if (gate.aggregate.startsWith('p(') && (values.count ?? 0) === 0) return null;
  return values[gate.aggregate] ?? null;
}
