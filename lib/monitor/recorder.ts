/** One series while it is seen: its aggregates, and points enough for a slope. */
import { slopePerMinute, type Point } from './slope.ts';

/** All pairs of as many points are compared when one is added; it takes less than a millisecond. */
const MOST_POINTS = 32;

export class SeriesRecorder {
  #samples = 0;
  #sum = 0;
  #first = 0;
  #last = 0;
  #max = -Infinity;
  /** Every how many samples one is kept: doubled whenever there are too many. */
  #stride = 1;
  #points: Point[] = [];
  /** Of the points as they are; undefined where it has not been asked for since. */
  #slope: number | null | undefined;

  add(seconds: number, value: number): void {
    if (this.#samples === 0) this.#first = value;
    if (this.#samples % this.#stride === 0) {
      this.#points.push({ seconds, value });
      this.#slope = undefined;
    }
    if (this.#points.length > MOST_POINTS) {
      this.#points = this.#points.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
    }
    this.#samples += 1;
    this.#sum += value;
    this.#last = value;
    this.#max = Math.max(this.#max, value);
  }

  get samples(): number {
    return this.#samples;
  }

  get last(): number {
    return this.#last;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#samples === 0 ? 0 : this.#sum / this.#samples;
  }

  /** How much a counter has grown; 0 where it was set back, as by a restart. */
  get increase(): number {
    return Math.max(0, this.#last - this.#first);
  }

  /** In units a minute; `null` below five points. */
  slopePerMinute(): number | null {
    if (this.#slope === undefined) this.#slope = slopePerMinute(this.#points);
    return this.#slope;
  }
}
