/** One series while it is seen: its aggregates, and points enough for a slope. */
import { slopePerMinute } from '../statistics/slope.ts';

/** All pairs of as many points are compared when one is added; it takes less than a millisecond. */
const MOST_POINTS = 32;

export class SeriesRecorder {
  readonly #keepsPoints: boolean;
  samples = 0;
  last = 0;
  max = -Infinity;
  first = 0;
  /** By how much it has risen from look to look, falls left out. */
  rises = 0;
  /** What it held after each fall. */
  #afterFalls = 0;
  #sum = 0;
  /** Every how many samples one is kept: doubled whenever there are too many. */
  #stride = 1;
  /** Points as two lists of numbers: in k6's runtime each object takes as much memory as dozens of these. */
  #seconds: number[] = [];
  #values: number[] = [];
  /** Of the points as they are; undefined where it has not been asked for since. */
  #slope: number | null | undefined;

  /** @param keepsPoints whether a slope will be asked for */
  constructor(keepsPoints: boolean) {
    this.#keepsPoints = keepsPoints;
  }

  add(seconds: number, value: number): void {
    if (this.samples === 0) this.first = value;
    else if (value >= this.last) this.rises += value - this.last;
    else this.#afterFalls += value;
    if (this.#keepsPoints && this.samples % this.#stride === 0) {
      this.#seconds.push(seconds);
      this.#values.push(value);
      this.#slope = undefined;
    }
    if (this.#seconds.length > MOST_POINTS) {
      this.#seconds = this.#seconds.filter((_, i) => i % 2 === 0);
      this.#values = this.#values.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
    }
    this.samples += 1;
    this.#sum += value;
    this.last = value;
    this.max = Math.max(this.max, value);
  }

  get mean(): number {
    return this.samples === 0 ? 0 : this.#sum / this.samples;
  }

  /** How much a counter has grown. One that falls was set back, as by a restart, and has counted from 0 since. */
  get increase(): number {
    return this.rises + this.#afterFalls;
  }

  /** In units a minute; `null` below five points. */
  slopePerMinute(): number | null {
    if (this.#slope === undefined) this.#slope = slopePerMinute(this.#seconds, this.#values);
    return this.#slope;
  }
}
