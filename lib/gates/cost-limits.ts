/** The limits on what an arm costs besides latency. */
import { LEAST_BLOCKS } from '../config/experiment-plan.ts';
import { COST, tagged } from '../metrics/overhead-metrics.ts';
import { FAILURE } from '../metrics/setup-data.ts';
import type { CostLimits, SeriesKind } from '../../thresholds/types.ts';
import type { Gate, GateUnit } from './gates.ts';

/** With fewer blocks a limit is not judged. */
export const LEAST_COST_BLOCKS = LEAST_BLOCKS.toggle;

/** The costs that may be limited, as people read them. */
export const LIMITED: Readonly<Record<keyof CostLimits, { name: string; unit: GateUnit; kind: SeriesKind }>> =
  {
    cpuMsPerRequest: { name: 'CPU a request', unit: 'ms', kind: 'cpuSeconds' },
    cpuShare: { name: 'CPU, share of a processor', unit: 'share', kind: 'cpuSeconds' },
    memoryMb: { name: 'Memory', unit: 'MB', kind: 'memory' },
  };

/** The limits that are set. */
export function limitedCosts(limits: CostLimits): { cost: keyof CostLimits; limit: number }[] {
  return (Object.keys(LIMITED) as (keyof CostLimits)[]).flatMap((cost) => {
    const limit = limits[cost];
    return limit === undefined ? [] : [{ cost, limit }];
  });
}

/** The code of setup's failure for a limit on what the target does not tell; `null` where it tells all. */
export function failureOf(limits: CostLimits, series: readonly { kind: string }[]): number | null {
  const kinds = limitedCosts(limits).map(({ cost }) => LIMITED[cost].kind);
  const unseen = kinds.find((kind) => !series.some((one) => one.kind === kind));
  if (unseen === undefined) return null;
  return unseen === 'memory' ? FAILURE.noMemory : FAILURE.noCpuSeconds;
}

/**
 * Each limit by the bound that decides, with a floor: a silent target is no proof. They end no run: the verdict does, which
 * knows of them.
 */
export function costGates(limits: CostLimits): Gate[] {
  return limitedCosts(limits).flatMap(({ cost, limit }): Gate[] => {
    const name = `${LIMITED[cost].name}: treatment − baseline`;
    const seenBy = tagged(COST, { cost, end: 'blocks' });
    const bound = tagged(COST, { cost, end: 'boundLower' });
    const { unit } = LIMITED[cost];
    return [
      { name, kind: 'limit', metric: bound, aggregate: 'value', operator: '<=', limit, unit, seenBy },
      {
        name: `${name}, blocks`,
        kind: 'floor',
        metric: seenBy,
        aggregate: 'value',
        operator: '>=',
        limit: LEAST_COST_BLOCKS,
        unit: 'blocks',
      },
    ];
  });
}
