/** k6's summary back into gates: what was observed against each limit. */
import { expression, type Gate } from '../gates/gates.ts';
import { gateStatus } from '../result/gate-status.ts';
import type { GateResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { valueOf } from './values.ts';

/** Each gate with what k6 observed and judged. */
export function gateResults(gates: readonly Gate[], { metrics }: Pick<SummaryData, 'metrics'>): GateResult[] {
  return gates.map(({ seenBy, ...gate }) => {
    const threshold = expression(gate);
    const seen = observed({ seenBy, ...gate }, metrics);
    const ok = metrics[gate.metric]?.thresholds?.[threshold]?.ok;
    return { ...gate, threshold, observed: seen, status: gateStatus(gate.kind, ok, seen) };
  });
}

/** k6 reports 0 for a percentile or a rate over no samples; that is no observation. */
function observed({ metric, aggregate, seenBy }: Gate, metrics: SummaryData['metrics']): number | null {
  const values = metrics[metric]?.values;
  if (seenBy !== undefined && valueOf({ metrics }, seenBy) === 0) return null;
  if (values === undefined) return aggregate === 'count' ? 0 : null;
  if (aggregate === 'rate' && (values.passes ?? 0) + (values.fails ?? 0) === 0) return null;
  if (aggregate.startsWith('p(') && (values.count ?? 0) === 0) return null;
  return values[aggregate] ?? null;
}
