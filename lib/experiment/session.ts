import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import { blockedSample, sortedBlock } from '../statistics/blocked-sample.ts';
import { quantileSorted } from '../statistics/quantile-sorted.ts';
import { quantileFunctionOf } from '../statistics/quantile-function.ts';
import type { ArmCosts } from './costs.ts';
import type { ArmMeasurement } from './measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** The measured requests of one arm in one block. */
export interface ArmOfBlock {
  /** When its first request was due, in ms since 1970. */
  readonly startedAtMs: number;
  /** One for each request, in the order in which they started; one without an answer counts as the time-out. */
  readonly latencies: Milliseconds[];
  /** Requests without a successful answer. */
  errors: number;
  readonly costs: ArmCosts;
}

/**
 * An arm by its blocks.
 * @param blocks the latencies of each, in ascending order; null where it was not measured; at least one was
 */
export function measureArm(
  name: string,
  blocks: readonly (Float64Array | null)[],
  errors: number,
  noAnswerMs: Milliseconds,
): ArmMeasurement {
  const pooled = sortTogether(blocks.filter((block) => block !== null));
  return {
    name,
    p95: quantileSorted(pooled, 0.95),
    sample: blockedSample(
      quantileFunctionOf(pooled, QUANTILE_LEVELS),
      blocks.map((block) => block && sortedBlock(block)),
    ),
    noAnswerMs,
    requests: pooled.length,
    errors,
    blocks: blocks.map((block) => block && { p95: quantileSorted(block, 0.95), requests: block.length }),
  };
}

/** Typed arrays are sorted without a function that is called for each comparison: in k6's runtime that counts. */
function sortTogether(blocks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const block of blocks) {
    all.set(block, filled);
    filled += block.length;
  }
  return all.sort();
}

/** What an experiment has measured so far: whole blocks only, so that its arms always have as many. */
export class Session {
  readonly #noAnswerMs: Milliseconds;
  readonly #arms: {
    name: string;
    errors: number;
    blocks: (Float64Array | null)[];
    costs: ArmCosts[];
  }[];

  /** @param noAnswerMs as which a request without an answer counts */
  constructor(arms: readonly string[], plannedBlocks: number, noAnswerMs: Milliseconds) {
    this.#noAnswerMs = noAnswerMs;
    this.#arms = arms.map((name) => ({
      name,
      errors: 0,
      blocks: Array.from({ length: plannedBlocks }, () => null),
      costs: [],
    }));
  }

  /** Adds block `index` (from 0) with all its arms, in the order of the arms. */
  add(index: number, arms: readonly ArmOfBlock[]): void {
    this.#arms.forEach((arm, i) => {
      const measured = arms[i];
      if (measured === undefined) throw new RangeError(`block ${index + 1} lacks arm "${arm.name}"`);
      arm.errors += measured.errors;
      arm.blocks[index] = Float64Array.from(measured.latencies).sort();
      arm.costs[index] = measured.costs;
    });
  }

  /** What an arm costs besides latency, by block. */
  costsOf(arm: string): readonly ArmCosts[] {
    return this.#arms.find(({ name }) => name === arm)?.costs ?? [];
  }

  /** The arms as measured. @throws RangeError before the first block */
  arms(): ArmMeasurement[] {
    return this.#arms.map(({ name, errors, blocks }) => measureArm(name, blocks, errors, this.#noAnswerMs));
  }
}
