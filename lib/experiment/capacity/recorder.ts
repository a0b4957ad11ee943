/** What one try has seen so far, and whether more of it would tell more: an overload is not sent for longer than it must. */
import { quantile } from '../../statistics/quantile.ts';
import type { Milliseconds, PerSecond } from '../../../thresholds/types.ts';
import { LATENESS_LIMIT } from '../stream.ts';
import type { Answered } from '../traffic.ts';
import type { RateTrial } from './rate-trial.ts';
import type { CapacityLimits } from '../../config/capacity-plan.ts';

/** What of an answer decides. */
type Seen = Pick<Answered, 'request' | 'latencyMs' | 'lateMs' | 'failed'>;

/** So many seconds of arrivals, or limits of them, may wait unanswered; more is an overload, whatever comes. */
const BACKLOG = { seconds: 1, limits: 3 } as const;

/** Share of slow requests from which on more of them tell nothing. */
const MOSTLY = 0.5;

/** Share of a try's requests that are late, those of settling included, by which the generator cannot keep the rate. */
const DROWNED = 0.05;

export class Recorder {
  readonly #perSecond: PerSecond;
  readonly #limits: CapacityLimits;
  readonly #settling: number;
  readonly #measured: number;
  readonly #all: Seen[] = [];
  #failed = 0;
  #slow = 0;
  #late = 0;
  #allLate = 0;
  #stopped = false;
  /** Stopped because of what the target cannot keep up with. */
  #overloaded = false;

  /**
   * @param settling requests that are sent first and do not count
   * @param measured requests after them
   */
  constructor(perSecond: PerSecond, limits: CapacityLimits, settling: number, measured: number) {
    this.#perSecond = perSecond;
    this.#limits = limits;
    this.#settling = settling;
    this.#measured = measured;
  }

  add(answered: Seen): void {
    this.#all.push(answered);
    if (answered.request < this.#settling) return;
    if (answered.failed) this.#failed += 1;
    if (answered.latencyMs > this.#limits.p95Ms) this.#slow += 1;
  }

  /**
   * Whether the try need not go on: too many requests have failed or were sent late, most were slow, or so many wait that
   * the target is overloaded. That it is over the limit is not enough: by how much says where the limit is.
   * @param started how many requests of the stream have been sent; asked once before each
   * @param lateMs how late the next one is
   */
  shouldStop(started: number, lateMs: Milliseconds): boolean {
    if (lateMs > LATENESS_LIMIT) {
      this.#allLate += 1;
      if (started >= this.#settling) this.#late += 1;
    }
    const { errorRate, p95Ms } = this.#limits;
    const backlog = this.#perSecond * Math.max(BACKLOG.seconds, (BACKLOG.limits * p95Ms) / 1_000);
    this.#overloaded ||= this.#slow > MOSTLY * this.#measured || started - this.#all.length > backlog;
    this.#stopped ||=
      this.#overloaded ||
      this.#failed > errorRate * this.#measured ||
      this.#late > 0.01 * this.#measured + 1 ||
      this.#allLate > DROWNED * (this.#settling + this.#measured) + 1;
    return this.#stopped;
  }

  /** The try by the requests that were to be measured; where it was stopped before half of these, by all that were sent. */
  result(): RateTrial {
    const measured = this.#all.filter(({ request }) => request >= this.#settling);
    const early = this.#stopped && measured.length < this.#measured / 2;
    const of = early ? this.#all : measured;
    const p95Ms = quantile(
      of.map(({ latencyMs }) => latencyMs),
      0.95,
    );
    const latenessMs = quantile(
      of.map(({ lateMs }) => lateMs),
      0.99,
    );
    const errorRate = of.filter(({ failed }) => failed).length / of.length;
    // Stopped, and yet within: the answers were there, and the generator was too late to see them.
    const held = this.#stopped && p95Ms <= this.#limits.p95Ms && errorRate <= this.#limits.errorRate;
    // Of an overload the rest would have been slow; of what was stopped for another reason it is not known.
    const slow = this.#overloaded ? this.#slow + this.#measured - measured.length : this.#slow;
    const known = this.#overloaded ? this.#measured : Math.max(1, measured.length);
    return {
      perSecond: this.#perSecond,
      p95Ms,
      slowShare: slow / known,
      errorRate,
      latenessMs: held ? Math.max(latenessMs, 1_000 * BACKLOG.seconds) : latenessMs,
      requests: of.length,
    };
  }
}
