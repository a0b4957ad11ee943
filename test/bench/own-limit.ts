/**
 * The rate that a server holds, found without the ladder: several streams at each of some rates near it, from a k6 of their
 * own, and the rate at which as many requests are over the limit as a P95 leaves above it.
 *
 * Several, because a queue near saturation is slow to change: where a request takes 6.6 ms of work, the limit of a simulated
 * server comes out with a standard deviation of 2.5 % by single streams of 22 s, and of 1.4 % by four at each of five rates.
 */
import { meanOf } from '../../lib/statistics/t-test.ts';
import type { PerSecond, Share } from '../../thresholds/types.ts';

/** The share of requests that P95 leaves above it. */
const ALLOWED: Share = 0.05;
/** Rates lie so far apart. */
const STEP = 1.04;
/** How near the two ends of a first look are, by single streams. */
const FIRST_LOOK = 1.1;

/** Sends one stream at a rate: which share of its requests is over the limit? */
export type SendAt = (rate: PerSecond, stream: number) => Promise<Share>;

export class OwnLimit {
  private readonly shares = new Map<PerSecond, Share[]>();
  private readonly send: SendAt;

  private constructor(send: SendAt, middle: PerSecond) {
    this.send = send;
    for (const step of [-1.5, -0.5, 0.5, 1.5]) this.shares.set(middle * STEP ** step, []);
  }

  /** Single streams until the limit lies between two rates that are 10 % apart; from a guess. */
  static async around(guess: PerSecond, send: SendAt): Promise<OwnLimit> {
    const isOver = async (rate: PerSecond) => (await send(rate, 0)) > ALLOWED;
    let [low, high] = [guess, guess];
    if (await isOver(guess)) while (await isOver((low /= 1.2))) high = low;
    else while (!(await isOver((high *= 1.2)))) low = high;
    while (high > FIRST_LOOK * low) {
      const middle = Math.sqrt(low * high);
      if (await isOver(middle)) high = middle;
      else low = middle;
    }
    return new OwnLimit(send, Math.sqrt(low * high));
  }

  /** One more stream at each rate. */
  async round(): Promise<void> {
    for (const [rate, shares] of this.shares) shares.push(await this.send(rate, shares.length));
  }

  /** Where the mean share crosses what is allowed, by a straight line; rates are added where it does not among these. */
  async find(): Promise<PerSecond> {
    for (;;) {
      const means = [...this.shares]
        .map(([rate, shares]) => ({ rate, over: meanOf(shares) }))
        .sort((a, b) => a.rate - b.rate);
      const first = means.findIndex(({ over }) => over > ALLOWED);
      const [low, high] = [means[first - 1], means[first]];
      if (low !== undefined && high !== undefined)
        return low.rate * (high.rate / low.rate) ** ((ALLOWED - low.over) / (high.over - low.over));
      await this.add(first === 0 ? (means[0]?.rate ?? 0) / STEP : (means.at(-1)?.rate ?? 0) * STEP);
    }
  }

  private async add(rate: PerSecond): Promise<void> {
    const streams = Math.max(...[...this.shares.values()].map(({ length }) => length));
    const shares: Share[] = [];
    for (let stream = 0; stream < streams; stream += 1) shares.push(await this.send(rate, stream));
    this.shares.set(rate, shares);
  }
}
