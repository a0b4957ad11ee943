/** Times of requests beside the latency that decides, by arm: how they are distributed, and what the treatment adds. */
import type { Milliseconds } from '../../thresholds/types.ts';
import { FURTHER_DIFFERENCE, FURTHER_LEVELS, FURTHER_TIME } from '../metrics/overhead-metrics.ts';
import type { FurtherTime } from '../metrics/latency-metrics.ts';
import type { Bounds } from '../statistics/contrast.ts';
import { boundsOfQuantiles, sumOfQuantiles, type WeightedSample } from '../statistics/rank-bounds.ts';
import { DISPLAY_TAIL } from './estimate.ts';
import type { Port } from './port.ts';
import { recordEnds } from './record-experiment.ts';
import { measureArm } from './session.ts';
import type { Answered } from './traffic.ts';

/** The two arms that are compared. */
interface Compared {
  readonly baseline: string;
  readonly treatment: string;
}

export class FurtherTimes {
  readonly #times: readonly FurtherTime[];
  readonly #compared: Compared;
  readonly #noAnswerMs: Milliseconds;
  /** Values by time and arm; a block that is under way is the last. */
  readonly #blocks = new Map<string, number[][]>();

  /** @param times those that requests have */
  constructor(times: readonly FurtherTime[], compared: Compared, noAnswerMs: Milliseconds) {
    this.#times = times;
    this.#compared = compared;
    this.#noAnswerMs = noAnswerMs;
  }

  /** @param block from 0 */
  add(block: number, arm: string, { times }: Pick<Answered, 'times'>): void {
    for (const time of this.#times) {
      const value = times[time];
      if (value === undefined) continue;
      const blocks = this.#of(time, arm);
      (blocks[block] ??= []).push(value);
    }
  }

  /** Records a block that is whole, and the differences so far. */
  record(record: Port['record'], block: number, arms: readonly string[]): void {
    for (const time of this.#times) {
      for (const arm of arms)
        for (const value of this.#of(time, arm)[block] ?? []) record(FURTHER_TIME, value, { arm, time });
      for (const level of FURTHER_LEVELS) {
        const found = this.#difference(time, level, block + 1);
        if (found !== null) recordEnds(record, FURTHER_DIFFERENCE, found, { time, level: String(level) });
      }
    }
  }

  /** Treatment − baseline by the ranks of blocks, as the overhead is estimated; null before the second block. */
  #difference(time: FurtherTime, level: number, blocks: number): (Bounds & { value: number }) | null {
    const { baseline, treatment } = this.#compared;
    const weighted: WeightedSample[] = [];
    for (const [arm, weight] of [
      [treatment, 1],
      [baseline, -1],
    ] as const) {
      const own = this.#of(time, arm);
      const sorted = Array.from({ length: blocks }, (_, b) => {
        const values = own[b];
        return values === undefined ? null : Float64Array.from(values).sort();
      });
      if (sorted.every((values) => values === null)) return null;
      weighted.push({ sample: measureArm(arm, sorted, 0, this.#noAnswerMs).sample, weight });
    }
    const bounds = boundsOfQuantiles(weighted, {
      level,
      tail: DISPLAY_TAIL,
      together: true,
      range: { lower: -this.#noAnswerMs, upper: this.#noAnswerMs },
    });
    return bounds && { value: sumOfQuantiles(weighted, level), ...bounds };
  }

  #of(time: FurtherTime, arm: string): number[][] {
    const key = `${time} ${arm}`;
    const known = this.#blocks.get(key) ?? [];
    this.#blocks.set(key, known);
    return known;
  }
}
