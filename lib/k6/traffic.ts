/** What an experiment does to its target: it switches the flags, and sends open streams of requests. */
import { check } from 'k6';
import http from 'k6/http';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import { seeded } from '../statistics/random.ts';
import { firstDifference, flagHeaders, formatFlags, parseFlags, type FlagValues } from '../api/flags.ts';
import { pick } from '../api/pick.ts';
import { checksOf, type Answer } from './checks.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import { controlOf, type ControlSource } from './probe.ts';
import { openStream } from './stream.ts';
import { headerOf, writeFlags } from './switch.ts';
import { tokenNow } from './token-source.ts';
import type { Flag, Milliseconds } from '../../thresholds/types.ts';

/** What requests carry: one of the bodies, drawn by weight. */
export interface Bodies {
  readonly bodies: readonly string[];
  /** Running sums of the bodies' weights. */
  readonly upTo: readonly number[];
}

/** Requests of one arm in a stream. */
export interface Lane {
  readonly flags: FlagValues;
  readonly tags: Record<string, string>;
  /** Each request carries its flags in a header; else the whole system has been switched to them. */
  readonly byHeader: boolean;
}

/** One request as it was answered. */
export interface Outcome {
  /** Its index in the stream. */
  readonly request: number;
  /** Index of its lane. */
  readonly lane: number;
  /** Without an answer the time-out. */
  readonly latencyMs: Milliseconds;
  /** Planned to real start. */
  readonly lateMs: Milliseconds;
  readonly failed: boolean;
  /** The first flag that the answer does not echo as asked for; `null` where all are or it failed. */
  readonly wrongFlag: Flag | null;
}

export class Traffic {
  readonly #config: SwitchedTarget;
  readonly #source: ControlSource<SwitchedTarget>;
  readonly #inputs: Bodies;
  readonly #checks: ReturnType<typeof checksOf>;
  #headers: Record<string, string> = {};

  constructor(source: ControlSource<SwitchedTarget>, inputs: Bodies) {
    this.#config = source.config;
    this.#source = source;
    this.#inputs = inputs;
    this.#checks = checksOf(this.#config.api.success, null);
  }

  /**
   * Switches the whole system, and waits until it says so.
   * @throws InvalidExperiment where it does not, with the first flag that is not as asked for
   */
  async switchTo(flags: FlagValues): Promise<void> {
    const problem = writeFlags(await controlOf(this.#source), flags);
    if (problem === null) return;
    throw new InvalidExperiment(
      'not_switched',
      `the target did not switch to ${formatFlags(flags)}: ${problem.text}`,
      problem.flag,
    );
  }

  /**
   * A token that outlives the streams of the next `ms`: to fetch one on the way would hold up their requests.
   * @throws InvalidExperiment where none can be had
   */
  async renewToken(ms: Milliseconds): Promise<void> {
    const { api } = this.#config;
    try {
      const token = await tokenNow(this.#source.token, ms + 2 * api.timeoutMs);
      this.#headers = {
        ...api.headers,
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      };
    } catch (error) {
      throw new InvalidExperiment('no_token', error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Sends a stream and waits for every answer; `kind:workflow`, unless its lane says otherwise, and the tags of its lane
   * are on each request.
   * @param arrivals start of each request, in ms from now, ascending
   * @param seed draws the bodies
   * @param laneOf the lane of each request, by index
   * @param seen called when a request is answered or given up
   * @param isDecided asked before each request with how many are sent and how late it is: none are once it says yes
   */
  async measure(
    arrivals: readonly number[],
    seed: string,
    lanes: readonly Lane[],
    laneOf: (request: number) => number,
    seen: (outcome: Outcome) => void,
    isDecided?: (sent: number, lateMs: Milliseconds) => boolean,
  ): Promise<void> {
    const bodies = this.#draw(seed, arrivals.length);
    const ready = lanes.map((lane) => ({
      ...lane,
      tags: { kind: 'workflow', ...lane.tags },
      headers: lane.byHeader
        ? { ...this.#headers, ...flagHeaders(this.#config.switching, lane.flags) }
        : this.#headers,
    }));
    const start = async (request: number, lateMs: Milliseconds): Promise<void> => {
      const lane = laneOf(request);
      const into = ready[lane];
      if (into === undefined) return;
      seen({ request, lane, lateMs, ...(await this.#send(bodies[request] ?? '', into)) });
    };
    await openStream(arrivals, start, isDecided);
  }

  /** Sends a stream that nobody counts, and waits for every answer. */
  async sendUncounted(arrivals: readonly number[], seed: string): Promise<void> {
    const bodies = this.#draw(seed, arrivals.length);
    const { api, baseUrl } = this.#config;
    await openStream(arrivals, async (request) => {
      await http.asyncRequest(api.method, baseUrl + api.endpoint, bodies[request] ?? '', {
        headers: this.#headers,
        tags: { kind: 'control' },
        redirects: 0,
        timeout: api.timeoutMs,
        responseType: 'none',
      });
    });
  }

  /** One request that nobody counts: what it took; `null` where it had no successful answer. */
  async ping(): Promise<Milliseconds | null> {
    const { api, baseUrl } = this.#config;
    const [body = ''] = this.#inputs.bodies;
    const answer = await http.asyncRequest(api.method, baseUrl + api.endpoint, body, {
      headers: this.#headers,
      tags: { kind: 'control' },
      redirects: 0,
      timeout: api.timeoutMs,
      responseType: 'none',
    });
    return api.success.status.includes(answer.status) ? answer.timings.duration : null;
  }

  async #send(
    body: string,
    { flags, headers, tags }: Lane & { headers: Record<string, string> },
  ): Promise<Pick<Outcome, 'latencyMs' | 'failed' | 'wrongFlag'>> {
    const { api, baseUrl } = this.#config;
    const answer = await http.asyncRequest(api.method, baseUrl + api.endpoint, body, {
      headers,
      tags,
      redirects: 0,
      timeout: api.timeoutMs,
      responseType: api.success.json === undefined ? 'none' : 'text',
    });
    const failed = !check(answer, this.#checks, tags);
    return {
      // Timed out, refused, reset, not resolved: no answer counts as the time-out.
      latencyMs: answer.status === 0 ? api.timeoutMs : answer.timings.duration,
      failed,
      wrongFlag: failed ? null : this.#wrongFlag(answer, flags),
    };
  }

  #wrongFlag(answer: Answer, flags: Lane['flags']): Flag | null {
    const { echo, names } = this.#config.switching;
    return firstDifference(flags, parseFlags(headerOf(answer, echo?.header ?? ''), names));
  }

  #draw(seed: string, count: number): string[] {
    const own = seeded(seed).integer(2 ** 32);
    const { bodies, upTo } = this.#inputs;
    return Array.from({ length: count }, (_, i) => bodies[pick(own, 0, i, upTo)] ?? '');
  }
}
