/** The target as its clients ask it: is it up, which flags are in force, and how they are switched. */
import { FLAGS, type FlagValues } from '../config/flags.ts';
import type { TargetApi } from '../config/config.ts';
import type { Completion, Flag, Json, Milliseconds, Switching } from '../../thresholds/types.ts';
import {
  at,
  firstDifference,
  flagHeaders,
  notUnderstood,
  readCalls,
  statedByRead,
  statedFlags,
  understood,
  writeCalls,
  type Call,
  type StatedFlags,
} from './flags.ts';
import { follow, followed, type Followed } from './completion.ts';
import { headerOf, type HttpAnswer, type Send } from './send.ts';
import { describeAnswer, isRedirect, TargetProblem } from './target-problem.ts';
import { bearer, tokenNow, type UserToken } from './user-token.ts';

const POLL_MS: Milliseconds = 100;
const PROBE_PAUSE_MS: Milliseconds = 1_000;

export interface ClientParts {
  readonly config: {
    readonly baseUrl: string;
    readonly api: Omit<TargetApi, 'secretHeaders'>;
    readonly switching: Switching | null;
  };
  readonly send: Send;
  /** Asked before each request: a token may have to be renewed. */
  readonly token: UserToken;
  /** Headers whose values are secrets. */
  readonly secretHeaders: () => Promise<Readonly<Record<string, string>>>;
  /** The body of requests to the API itself. */
  readonly body: string;
  readonly now: () => Milliseconds;
  readonly sleep: (ms: Milliseconds) => Promise<void>;
}

/** How the flags in force are read where the target says them in both ways. */
type Proof = 'admin' | 'echo';

interface Patience {
  readonly timeoutMs: Milliseconds;
  /** So many right answers prove it; 1 by default. */
  readonly inARow?: number;
  readonly proof?: Proof;
}

/** Requests of `kind:control`: no gate and no latency sees them. */
export class Client {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /**
   * Of every request: the API's own, and the token.
   * @throws TargetProblem where there is no token
   */
  async headers(): Promise<Record<string, string>> {
    const { config, token, secretHeaders } = this.#parts;
    try {
      return { ...config.api.headers, ...(await secretHeaders()), ...bearer(await tokenNow(token)) };
    } catch (error) {
      throw new TargetProblem(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Asks the probe's path until it is answered below 500.
   * @param tries at most, a second apart
   */
  async probe(tries: number): Promise<HttpAnswer> {
    const { probe } = this.#parts.config.api;
    for (let left = tries - 1; ; left -= 1) {
      const answer = await this.#send({ ...probe, body: null }, {}, false);
      if (left === 0 || (answer.status > 0 && answer.status < 500)) return answer;
      await this.#parts.sleep(PROBE_PAUSE_MS);
    }
  }

  /** One request of the API, with headers beside its own. */
  request(more: Readonly<Record<string, string>> = {}, keepBody = false): Promise<HttpAnswer> {
    const { method, endpoint } = this.#parts.config.api;
    return this.#send(
      { method, path: endpoint, body: method === 'GET' ? null : this.#parts.body },
      more,
      keepBody,
    );
  }

  /**
   * Sends one request of the API and follows its workflow to its end.
   * @throws TargetProblem where its answer is none that begins a workflow
   */
  async follow(completion: Completion, random = Math.random): Promise<Followed> {
    const { config, now, sleep } = this.#parts;
    const { api, baseUrl } = config;
    const answer = await this.request({}, true);
    if (!api.success.status.includes(answer.status))
      throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`);
    const { timeoutMs } = api;
    const course = { completion, baseUrl, url: baseUrl + api.endpoint, timeoutMs, now, random };
    const headers = await this.headers();
    const ask = (url: string, leftMs: Milliseconds) =>
      this.#parts.send({
        method: 'GET',
        url,
        headers,
        body: null,
        timeoutMs: leftMs,
        tags: { kind: 'status' },
        keepBody: true,
      });
    return followed(follow(course, answer, answer.durationMs), ask, sleep);
  }

  /**
   * The flags in force by the target's own word: by admin call, or from the echo of a request to the API.
   * @throws TargetProblem where it does not say
   */
  async readFlags(proof: Proof = 'admin', flags: readonly Flag[] = FLAGS): Promise<FlagValues> {
    const { admin, echo } = this.#switching();
    if (admin?.read !== undefined && (proof === 'admin' || echo === undefined)) {
      return this.#readByAdmin(admin.read, flags);
    }
    if (echo !== undefined) return this.echoedFlags({});
    throw new TargetProblem('the target does not say which flags are in force: no admin.read, and no echo', {
      isFinal: true,
    });
  }

  /**
   * Sets flags by admin call and waits until the target says that they are in force.
   * @throws TargetProblem where it does not
   */
  async writeFlags(flags: FlagValues): Promise<void> {
    const switching = this.#switching();
    const { admin } = switching;
    if (admin === undefined) throw new TargetProblem('no admin call is configured', { isFinal: true });
    for (const call of writeCalls(admin, switching, flags)) await this.#ask(call, false);
    await this.waitForFlags(flags, admin);
  }

  /**
   * Waits until the target names the flags asked for.
   * @throws TargetProblem what it says instead, at once where no waiting will change it
   */
  async waitForFlags(flags: FlagValues, { timeoutMs, inARow = 1, proof = 'admin' }: Patience): Promise<void> {
    const { now, sleep } = this.#parts;
    const giveUpAt = now() + timeoutMs;
    for (let right = 0; right < inARow;) {
      const problem = await this.wrongFlags(flags, proof);
      right = problem === null ? right + 1 : 0;
      if (problem?.isFinal === true) throw problem;
      if (problem !== null && now() >= giveUpAt) {
        const { message, flag } = problem;
        throw new TargetProblem(`after ${timeoutMs} ms ${message}`, { flag });
      }
      if (right < inARow) await sleep(POLL_MS);
    }
  }

  /** What is wrong with the flags in force; `null` where nothing is. */
  async wrongFlags(flags: FlagValues, proof: Proof = 'admin'): Promise<TargetProblem | null> {
    try {
      const asked = FLAGS.filter((flag) => flags[flag] !== undefined);
      const inForce = await this.readFlags(proof, asked);
      const flag = firstDifference(flags, inForce);
      if (flag === null) return null;
      const says = inForce[flag] === undefined ? 'does not name' : `still says ${inForce[flag]} for`;
      return new TargetProblem(`the target ${says} ${flag}`, { flag });
    } catch (error) {
      if (error instanceof TargetProblem) return error;
      throw error;
    }
  }

  /**
   * Sends one request of the API with the flags in its header.
   * @throws TargetProblem where its answer does not echo them
   */
  async requestWithFlags(flags: FlagValues): Promise<void> {
    const switching = this.#switching();
    const headers = flagHeaders(switching, flags);
    if (switching.echo === undefined) {
      await this.request(headers);
      return;
    }
    const echoed = await this.echoedFlags(headers);
    const flag = firstDifference(flags, echoed);
    if (flag === null) return;
    const asked = `${flag}=${flags[flag] ?? ''}`;
    throw new TargetProblem(`the answer's ${switching.echo.header} does not echo ${asked}`, { flag });
  }

  /**
   * The flags that the answer to one request of the API echoes. An answer that names its flags is a proof of them, whatever
   * its status: errors are judged by the run.
   * @throws TargetProblem where it names none
   */
  async echoedFlags(more: Readonly<Record<string, string>>): Promise<FlagValues> {
    const switching = this.#switching();
    const { api } = this.#parts.config;
    const name = switching.echo?.header ?? '';
    const answer = await this.request(more);
    const echo = headerOf(answer, name);
    if (echo === undefined && !api.success.status.includes(answer.status)) {
      throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`, {
        isFinal: isRedirect(answer.status),
      });
    }
    const stated = statedFlags(echo, switching);
    if (stated === null) throw new TargetProblem(`the answer's ${name} names no flag`);
    return this.#understood(stated, `the answer's ${name}`);
  }

  async #readByAdmin(
    read: NonNullable<NonNullable<Switching['admin']>['read']>,
    flags: readonly Flag[],
  ): Promise<FlagValues> {
    const switching = this.#switching();
    const stated: StatedFlags = {};
    for (const { call, flags: answered } of readCalls(read, switching, flags)) {
      const json = parseJson((await this.#ask(call, true)).body);
      Object.assign(stated, statedByRead(switching, answered, at(json, read.readAt)) ?? {});
    }
    if (Object.keys(stated).length === 0) {
      throw new TargetProblem(`${read.method} ${read.path} names no flag at '${read.readAt}'`);
    }
    return this.#understood(stated, `${read.method} ${read.path}`);
  }

  /** @throws TargetProblem where a flag's value is not understood: it will not be later either */
  #understood(stated: StatedFlags, whoSays: string): FlagValues {
    const switching = this.#switching();
    const flag = notUnderstood(stated, switching);
    if (flag === null) return understood(stated, switching);
    const { true: yes = true, false: no = false } = switching.values ?? {};
    throw new TargetProblem(
      `${whoSays} says ${JSON.stringify(stated[flag])} for ${flag}; expected ${JSON.stringify(yes)} or ${JSON.stringify(no)}, or what switching.values names`,
      { flag, isFinal: true },
    );
  }

  /** An admin call. @throws TargetProblem where it is not answered by a 2xx */
  async #ask(call: Call, keepBody: boolean): Promise<HttpAnswer> {
    const type: Record<string, string> = call.body === null ? {} : { 'Content-Type': 'application/json' };
    const answer = await this.#send(call, type, keepBody);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new TargetProblem(`${call.method} ${call.path} ${describeAnswer(answer)}`, {
      isFinal: isRedirect(answer.status),
    });
  }

  async #send(
    { method, path, body }: Call,
    more: Readonly<Record<string, string>>,
    keepBody: boolean,
  ): Promise<HttpAnswer> {
    const { config, send } = this.#parts;
    return send({
      method,
      url: config.baseUrl + path,
      headers: { ...(await this.headers()), ...more },
      body,
      timeoutMs: config.api.timeoutMs,
      tags: { kind: 'control' },
      keepBody,
    });
  }

  #switching(): Switching {
    return this.#parts.config.switching ?? {};
  }
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
