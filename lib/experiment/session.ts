import type { ArmMeasurement, Milliseconds } from './measurement.ts';
import { at } from '../statistics/element.ts';
import { quantile, upperQuantiles } from '../statistics/quantile.ts';
import { tailOf, TAIL_LEVELS } from '../statistics/gap.ts';

/** The measured requests of one arm in one block. */
export interface ArmOfBlock {
  /** When its first request was due, in ms since 1970. */
  readonly startedAtMs: number;
  /** One for each request, in the order in which they started; one without an answer counts as the time-out. */
  readonly latencies: Milliseconds[];
  /** Requests without a successful answer. */
  errors: number;
}

/** P95 and what lies around it. Only the upper tenth is sorted: an experiment asks after every block. */
export function tailAndP95(latencies: readonly Milliseconds[]): Pick<ArmMeasurement, 'p95' | 'tail'> {
  const upper = upperQuantiles(latencies, at(TAIL_LEVELS, 0));
  return { p95: upper(0.95), tail: tailOf(upper) };
}

/** What an experiment has measured so far: whole blocks only, so that its arms always have as many. */
export class Session {
  readonly #arms: {
    name: string;
    latencies: Milliseconds[];
    errors: number;
    blocks: ArmMeasurement['blocks'][number][];
  }[];

  constructor(arms: readonly string[], plannedBlocks: number) {
    this.#arms = arms.map((name) => ({
      name,
      latencies: [],
      errors: 0,
      blocks: Array.from({ length: plannedBlocks }, () => null),
    }));
  }

  /** Adds block `index` (from 0) with all its arms, in the order of the arms. */
  add(index: number, arms: readonly ArmOfBlock[]): void {
    this.#arms.forEach((arm, i) => {
      const measured = arms[i];
      if (measured === undefined) throw new RangeError(`block ${index + 1} lacks arm "${arm.name}"`);
      for (const latency of measured.latencies) arm.latencies.push(latency);
      arm.errors += measured.errors;
      arm.blocks[index] = { p95: quantile(measured.latencies, 0.95), requests: measured.latencies.length };
    });
  }

  /** The arms as measured. @throws RangeError before the first block */
  arms(): ArmMeasurement[] {
    return this.#arms.map(({ name, latencies, errors, blocks }) => ({
      name,
      ...tailAndP95(latencies),
      requests: latencies.length,
      errors,
      blocks: [...blocks],
    }));
  }
}
