import type { BlockedSample } from '../statistics/blocked-sample.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** One arm of one block, as measured. */
export interface BlockMeasurement {
  /** P95 of the block's requests of this arm; a request without an answer counts as the time-out. */
  readonly p95: Milliseconds;
  /** How many requests started in it. */
  readonly requests: number;
}

/** One arm, as measured: all its requests together, and block by block. */
export interface ArmMeasurement {
  readonly name: string;
  /** P95 of all requests of all blocks together: not a mean of the blocks' P95s. */
  readonly p95: Milliseconds;
  /** How its requests are distributed, and how far its blocks disagree about that. */
  readonly sample: BlockedSample;
  /** A request without an answer counts as so long. */
  readonly noAnswerMs: Milliseconds;
  readonly requests: number;
  /** Requests without a successful answer. */
  readonly errors: number;
  /** One entry for each planned block; null where the block was not measured. */
  readonly blocks: readonly (BlockMeasurement | null)[];
}

/** The requests of one arm in one block, in the order in which they were due. */
export interface Visit {
  readonly arm: string;
  /** When its first request was due, in ms since 1970. */
  readonly startedAtMs: number;
  /** When each request was due, in ms after the start. */
  readonly dueMs: ArrayLike<Milliseconds>;
  /** One without an answer counts as the time-out. */
  readonly latencyMs: ArrayLike<Milliseconds>;
  /** How many visits there were since deployments exchanged their settings; left out where arms follow each other on one system. */
  readonly sinceExchange?: number;
}

/** How many blocks were measured in every arm. */
export function measuredBlocks(arms: readonly ArmMeasurement[]): number {
  const [first] = arms;
  return first?.blocks.filter((_, b) => arms.every(({ blocks }) => blocks[b] != null)).length ?? 0;
}

/** The arm of that name. @throws RangeError if there is none */
export function armNamed(arms: readonly ArmMeasurement[], name: string): ArmMeasurement {
  const arm = arms.find((candidate) => candidate.name === name);
  if (arm) return arm;
  throw new RangeError(`no arm "${name}": there are ${arms.map((candidate) => candidate.name).join(', ')}`);
}
