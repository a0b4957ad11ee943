/** What an engine does to its target: it switches the flags, and sends open streams of requests. */
import { messageOf } from '../format/message-of.ts';
import type { Arm } from '../config/arms.ts';
import { deploymentOf } from '../config/deployments.ts';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import { seeded } from '../statistics/random.ts';
import { needsBody } from '../api/checks.ts';
import { firstDifference, flagHeaders, spokenOf } from '../api/flags.ts';
import { echoedFlags, saidIn } from '../api/statements.ts';
import { echoOf } from '../config/switching.ts';
import { bearer } from '../api/user-token.ts';
import { formatFlags } from '../config/settings.ts';
import { pick } from '../api/pick.ts';
import { serverTimeReader } from '../api/server-time.ts';
import { InvalidExperiment, orInvalid } from './invalid-experiment.ts';
import type { Port, Reply, Requests } from './port.ts';
import { openStream } from './stream.ts';
import type { FlagValues, Json, Milliseconds } from '../../thresholds/types.ts';

/** What requests carry: one of the bodies, drawn by weight. */
export interface Bodies {
  readonly bodies: readonly string[];
  /** Running sums of the bodies' weights. */
  readonly upTo: readonly number[];
}

/** Requests of one arm in a stream. */
interface Lane {
  readonly flags: FlagValues;
  /** Beside `kind`. */
  readonly tags: Readonly<Record<string, string>>;
  readonly kind: 'workflow' | 'control';
  /** Each request carries its flags in a header; else the whole system has been switched to them. */
  readonly byHeader: boolean;
}

/** A stream of requests that counts. */
interface Stream {
  /** Start of each request, in ms from now, ascending. */
  readonly arrivals: readonly Milliseconds[];
  /** Draws the bodies. */
  readonly seed: string;
  readonly lanes: readonly Lane[];
  /** The lane of each request, by index. */
  readonly laneOf: (request: number) => number;
  /** Called when a request is answered or given up. */
  readonly seen: (answered: Answered) => void;
  /** As `openStream` has it. */
  readonly shouldStop?: (started: number, lateMs: Milliseconds) => boolean;
}

/** One request as it was answered. */
export interface Answered {
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
  readonly wrongFlag: string | null;
  /** Beside the latency; none where it failed. */
  readonly times: NonNullable<Reply['times']>;
}

export class Traffic {
  readonly #target: SwitchedTarget;
  readonly #inputs: Bodies;
  readonly #port: Port;
  readonly #serverTime: ReturnType<typeof serverTimeReader> | null;
  /** What the last answer said, and what was wrong with it, by the flags that were asked for: most say the same. */
  readonly #lastEcho = new Map<FlagValues, { said: Json | undefined; wrongFlag: string | null }>();
  #headers: Record<string, string> = {};
  #baseUrl: string;
  #isCrossed = false;

  constructor(target: SwitchedTarget, inputs: Bodies, port: Port) {
    this.#target = target;
    this.#inputs = inputs;
    this.#port = port;
    const { serverTime } = target.api;
    this.#serverTime = serverTime === undefined ? null : serverTimeReader(serverTime);
    this.#baseUrl = target.baseUrl;
  }

  /**
   * Switches the whole system, or turns to the deployment that the arm has, and waits until it says so.
   * @throws InvalidExperiment where it does not, with the first flag that is not as asked for
   */
  async switchTo(arm: Arm): Promise<void> {
    const { deployments } = this.#target;
    let failed = 'the target did not switch to';
    if (deployments !== undefined) {
      this.#baseUrl = deploymentOf(deployments, arm.name, this.#isCrossed);
      failed = `the deployment ${this.#baseUrl} does not have`;
    }
    await orInvalid(
      this.#port.switchTo(arm, this.#baseUrl),
      'not_switched',
      (problem) => `${failed} ${formatFlags(arm.flags)}: ${problem}`,
    );
  }

  /**
   * After the stream of an arm: its settings are still in force, as far as calls say that.
   * @throws InvalidExperiment where they are not
   */
  async confirm({ name, flags }: Arm): Promise<void> {
    await orInvalid(
      this.#port.confirm(flags, this.#baseUrl),
      'wrong_flags',
      (problem) => `after requests of the ${name} ${problem}: who else switches it?`,
    );
  }

  /**
   * Has the deployments exchange their settings, or have their own again, where they have not yet.
   * @returns whether anything was exchanged
   * @throws InvalidExperiment where that fails
   */
  async cross(isCrossed: boolean): Promise<boolean> {
    if (isCrossed === this.#isCrossed) return false;
    await orInvalid(
      this.#port.cross(isCrossed),
      'not_switched',
      (problem) => `the deployments did not exchange their settings: ${problem}`,
    );
    this.#isCrossed = isCrossed;
    return true;
  }

  /** Where requests go. */
  get baseUrl(): string {
    return this.#baseUrl;
  }

  /**
   * A token that outlives the streams of the next `ms`: to fetch one on the way would hold up their requests.
   * @throws InvalidExperiment where there is none
   */
  async renewToken(ms: Milliseconds): Promise<void> {
    const { api } = this.#target;
    try {
      const token = await this.#port.token(ms + 2 * api.timeoutMs);
      this.#headers = { ...api.headers, ...(await this.#port.secretHeaders()), ...bearer(token) };
    } catch (error) {
      throw new InvalidExperiment('no_token', messageOf(error));
    }
  }

  /** Sends a stream and waits for every answer. */
  async measure({ arrivals, seed, lanes, laneOf, seen, shouldStop }: Stream): Promise<void> {
    const bodies = this.#draw(seed, arrivals.length);
    const timeoutMs = this.#target.api.timeoutMs;
    const how = lanes.map((lane) => this.#requests(lane, true));
    const start = async (request: number, lateMs: Milliseconds): Promise<void> => {
      const index = laneOf(request);
      const lane = lanes[index];
      const requests = how[index];
      if (lane === undefined || requests === undefined) return;
      const reply = await this.#port.send(bodies[request] ?? '', requests);
      seen({
        request,
        lane: index,
        lateMs,
        // Timed out, refused, reset, not resolved: no answer counts as the time-out.
        latencyMs: reply.status === 0 ? timeoutMs : reply.durationMs,
        failed: !reply.succeeded,
        wrongFlag: reply.succeeded ? this.#wrongFlag(reply, lane.flags) : null,
        times: reply.succeeded ? this.#times(reply) : {},
      });
    };
    await openStream(this.#port, arrivals, start, shouldStop);
  }

  /** Sends a stream that nobody counts, and waits for every answer. */
  async sendUncounted(arrivals: readonly Milliseconds[], seed: string): Promise<void> {
    const bodies = this.#draw(seed, arrivals.length);
    const how = this.#requests(UNCOUNTED, false);
    await openStream(this.#port, arrivals, async (request) => {
      await this.#port.send(bodies[request] ?? '', how);
    });
  }

  /** One request that nobody counts: what it took; `null` where it had no successful answer. */
  async ping(): Promise<Milliseconds | null> {
    const [body = ''] = this.#inputs.bodies;
    const { succeeded, durationMs } = await this.#port.send(body, this.#requests(UNCOUNTED, false));
    return succeeded ? durationMs : null;
  }

  #requests({ flags, tags, kind, byHeader }: Lane, isChecked: boolean): Requests {
    const { api, switching, settings } = this.#target;
    const echo = echoOf(switching);
    const saysInBody = echo !== undefined && 'json' in echo;
    return {
      method: api.method,
      url: this.#baseUrl + api.endpoint,
      headers: byHeader
        ? { ...this.#headers, ...flagHeaders(switching, { ...switching, settings }, flags) }
        : this.#headers,
      timeoutMs: api.timeoutMs,
      tags: { kind, ...tags },
      keepBody: isChecked && (needsBody(api.success) || saysInBody),
      isChecked,
    };
  }

  #wrongFlag(reply: Reply, flags: FlagValues): string | null {
    const { switching, settings } = this.#target;
    const echo = echoOf(switching);
    if (echo === undefined) return null;
    const said = saidIn(reply, echo);
    const last = this.#lastEcho.get(flags);
    if (last !== undefined && last.said === said) return last.wrongFlag;
    const spoken = spokenOf(echo, flags);
    const echoed = echoedFlags(said, echo, { ...switching, settings }, Object.keys(spoken));
    const wrongFlag = firstDifference(spoken, echoed);
    this.#lastEcho.set(flags, { said, wrongFlag });
    return wrongFlag;
  }

  #times({ times = {}, headers, durationMs }: Reply): Answered['times'] {
    const server = this.#serverTime?.(headers);
    return server === undefined ? times : { ...times, server, outside: durationMs - server };
  }

  #draw(seed: string, count: number): string[] {
    const own = seeded(seed).integer(2 ** 32);
    const { bodies, upTo } = this.#inputs;
    return Array.from({ length: count }, (_, i) => bodies[pick(own, 0, i, upTo)] ?? '');
  }
}

const UNCOUNTED: Lane = { flags: {}, tags: {}, kind: 'control', byHeader: false };
