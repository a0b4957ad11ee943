/** The gates of a capacity run. */
import { FAILED, VERDICTS } from '../result/capacity-metrics.ts';
import type { Gate } from './gates.ts';

/**
 * As in the overhead experiment: "not FAIL" stands on a floor, since k6 passes a limit on a gauge without a sample.
 * INCONCLUSIVE and INVALID end the run themselves, with exit codes 110 and 108.
 */
export function capacityGates(): Gate[] {
  return [
    {
      name: 'Capacity within its limits',
      kind: 'limit',
      metric: FAILED,
      aggregate: 'value',
      operator: '<',
      limit: 1,
      unit: 'verdicts',
    },
    {
      name: 'Capacity verdicts',
      kind: 'floor',
      metric: VERDICTS,
      aggregate: 'count',
      operator: '>=',
      limit: 1,
      unit: 'verdicts',
    },
  ];
}
