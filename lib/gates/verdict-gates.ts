/** The gates of what ends with a verdict: the overhead experiment and the capacity run. */
import * as capacity from '../metrics/capacity-metrics.ts';
import * as overhead from '../metrics/overhead-metrics.ts';
import type { Gate } from './gates.ts';

export function overheadGates(): Gate[] {
  return verdictGates(overhead, { limit: 'Overhead within budget', floor: 'Overhead verdicts' });
}

export function capacityGates(): Gate[] {
  return verdictGates(capacity, { limit: 'Capacity within its limits', floor: 'Capacity verdicts' });
}

/**
 * k6 passes a limit on a gauge that got no sample, so the limit "not FAIL" stands on a floor: there was a verdict. The limit
 * ends the run: that is how the script sees that k6 judges at all.
 * INCONCLUSIVE and INVALID end the run themselves, with exit codes 110 and 108.
 */
function verdictGates(
  { FAILED, VERDICTS }: { FAILED: string; VERDICTS: string },
  names: { limit: string; floor: string },
): Gate[] {
  const unit = 'verdicts';
  return [
    {
      name: names.limit,
      kind: 'limit',
      metric: FAILED,
      aggregate: 'value',
      operator: '<',
      limit: 1,
      unit,
    },
    {
      name: names.floor,
      kind: 'floor',
      metric: VERDICTS,
      aggregate: 'count',
      operator: '>=',
      limit: 1,
      unit,
    },
  ];
}
