/** The gates of the overhead experiment. */
import { FAILED, VERDICTS } from '../result/overhead-metrics.ts';
import type { Gate } from './gates.ts';

/**
 * k6 passes a limit on a gauge that got no sample, so the limit "not FAIL" stands on a floor: there was a verdict.
 * INCONCLUSIVE and INVALID end the run themselves, with exit codes 110 and 108.
 */
export function overheadGates(): Gate[] {
  return [
    {
      name: 'Overhead within budget',
      kind: 'limit',
      metric: FAILED,
      aggregate: 'value',
      operator: '<',
      limit: 1,
      unit: 'verdicts',
    },
    {
      name: 'Overhead verdicts',
      kind: 'floor',
      metric: VERDICTS,
      aggregate: 'count',
      operator: '>=',
      limit: 1,
      unit: 'verdicts',
    },
  ];
}
