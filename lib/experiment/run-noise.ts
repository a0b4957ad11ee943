/** The noise of this run: how far two measurements of the same arm, one next to the other, differ. */
import { quantile } from '../statistics/quantile.ts';
import type { BlockMeasurement } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

export interface RunNoise {
  /** Pairs of neighbours. */
  readonly pairs: number;
  /** Of the differences of their P95s, without sign. */
  readonly medianMs: Milliseconds;
  readonly mostMs: Milliseconds;
}

/**
 * Compares arms that follow a like arm.
 * @param orders of each measured block, its arms by their index
 * @returns null where no two follow each other
 */
export function runNoise(
  arms: readonly { readonly blocks: readonly (Pick<BlockMeasurement, 'p95'> | null)[] }[],
  orders: readonly (readonly number[])[],
): RunNoise | null {
  const visits = orders.flatMap((order, block) =>
    order.map((arm) => ({ arm, p95: arms[arm]?.blocks[block]?.p95 })),
  );
  const differences = visits.flatMap(({ arm, p95 }, i) => {
    const before = visits[i - 1];
    if (before?.arm !== arm || before.p95 === undefined || p95 === undefined) return [];
    return [Math.abs(p95 - before.p95)];
  });
  if (differences.length === 0) return null;
  return {
    pairs: differences.length,
    medianMs: quantile(differences, 0.5),
    mostMs: Math.max(...differences),
  };
}
