/** The target as its clients ask it: is it up, which settings are in force, and how they are switched. */
import { messageOf } from '../format/message-of.ts';
import type { Target, TargetApi } from '../config/config.ts';
import { armCalled } from '../config/settings.ts';
import { describeEcho, echoOf, uptimesOf, writesOf, type Counter, type Uptime } from '../config/switching.ts';
import type { CommandRequest, RunCommand } from './commands.ts';
import { FlagsInForce, type By } from './flags-in-force.ts';
import { numberIn } from './numbers.ts';
import { expectRestart, POLL_MS } from './restart.ts';
import type { FlagValues, Milliseconds, Secret } from '../../thresholds/types.ts';
import {
  crossCalls,
  firstDifference,
  flagHeaders,
  numberCall,
  spokenOf,
  vocabularyOf,
  writeCalls,
  type Call,
} from './flags.ts';
import type { HttpAnswer, Send } from './send.ts';
import { describeAnswer, isRedirect, reasonIn, shownAddress, TargetProblem } from './target-problem.ts';
import { bearer, tokenNow, type UserToken } from './user-token.ts';

const PROBE_PAUSE_MS: Milliseconds = 1_000;
/** While a rollout goes on, or a process comes up and dies again, one right answer proves little. */
const RESTARTED_IN_A_ROW = 3;

export interface ClientParts {
  readonly config: Pick<Target, 'baseUrl' | 'switching' | 'settings'> & {
    readonly api: Omit<TargetApi, 'secretHeaders'>;
  };
  readonly send: Send;
  /** Asked before each request: a token may have to be renewed. */
  readonly token: UserToken;
  /** Headers whose values are secrets. */
  readonly secretHeaders: () => Promise<Readonly<Record<string, string>>>;
  /** The value of another secret; rejects with one line where there is none. */
  readonly secret: (secret: Secret) => Promise<string>;
  /** The body of requests to the API itself. */
  readonly body: string;
  /** Runs the environment's commands; left out where nobody can. */
  readonly runCommand?: RunCommand;
  readonly now: () => Milliseconds;
  readonly sleep: (ms: Milliseconds) => Promise<void>;
}

interface Patience {
  readonly timeoutMs: Milliseconds;
  /** So many right answers prove it; 1 by default. */
  readonly inARow?: number;
  /** `both`: answers of the API may not say otherwise either, once the calls have proven it. */
  readonly proof?: By | 'both';
}

/** Requests of `kind:control`: no gate and no latency sees them. */
export class Client {
  readonly #parts: ClientParts;
  readonly #inForce: FlagsInForce;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#inForce = new FlagsInForce({
      config: parts.config,
      request: (headers, keepBody) => this.request(headers, keepBody),
      ask: (call) => this.#ask(call),
    });
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
      throw new TargetProblem(messageOf(error));
    }
  }

  /**
   * Asks the probe's path until it is answered below 500.
   * @param tries at most, a second apart
   */
  async probe(tries: number): Promise<HttpAnswer> {
    const { probe } = this.#parts.config.api;
    for (let left = tries - 1; ; left -= 1) {
      const call = { method: probe.method, address: probe.path, body: null };
      const answer = await this.#send(call, await this.headers(), false);
      if (left === 0 || (answer.status > 0 && answer.status < 500)) return answer;
      await this.#parts.sleep(PROBE_PAUSE_MS);
    }
  }

  /**
   * Asks the probe's path until it is answered below 500, three times in a row.
   * @throws TargetProblem where it is not in time
   */
  async waitUntilUp(timeoutMs: Milliseconds): Promise<void> {
    const { config, now, sleep } = this.#parts;
    const { method, path } = config.api.probe;
    const giveUpAt = now() + timeoutMs;
    let fell = '';
    for (let right = 0; ;) {
      const answer = await this.probe(1);
      const isUp = answer.status > 0 && answer.status < 500;
      if (!isUp && right > 0) fell = ', after it had been up: it comes up and goes down again';
      right = isUp ? right + 1 : 0;
      if (right === RESTARTED_IN_A_ROW) return;
      if (!isUp && now() >= giveUpAt)
        throw new TargetProblem(
          `after ${timeoutMs} ms ${method} ${config.baseUrl}${path} ${describeAnswer(answer)}${fell}`,
          { isFinal: true },
        );
      await sleep(POLL_MS);
    }
  }

  /** One request of the API, with headers beside its own. */
  async request(more: Readonly<Record<string, string>> = {}, keepBody = false): Promise<HttpAnswer> {
    const { method, endpoint } = this.#parts.config.api;
    const call = { method, address: endpoint, body: method === 'GET' ? null : this.#parts.body };
    return this.#send(call, { ...(await this.headers()), ...more }, keepBody);
  }

  /** Asks for the status of a workflow, at an address that its answer has named. */
  async status(url: string, timeoutMs: Milliseconds): Promise<HttpAnswer> {
    const headers = await this.headers();
    const tags = { kind: 'status' } as const;
    return this.#parts.send({ method: 'GET', url, headers, body: null, timeoutMs, tags, keepBody: true });
  }

  /** `FlagsInForce.read`. @throws TargetProblem where the target does not say */
  readFlags(by?: By, names?: readonly string[]): Promise<FlagValues> {
    return this.#inForce.read(by, names);
  }

  /**
   * Switches the whole system by calls or by a command, and waits until the target says that it did.
   * @param proof `both` where requests of the API will be measured
   * @throws TargetProblem where it does not
   */
  async writeFlags(flags: FlagValues, proof: Patience['proof'] = 'read'): Promise<void> {
    const { switching, settings } = this.#parts.config;
    if (switching?.by === 'command') {
      const restarted = await expectRestart(uptimesOf(switching), {
        ...this.#parts,
        readNumber: (proof) => this.readNumber(proof),
      });
      await this.#runCommand({ arm: armCalled(settings, flags), settings: flags });
      await restarted(switching.readyTimeoutMs);
      const patience = { timeoutMs: switching.readyTimeoutMs, inARow: RESTARTED_IN_A_ROW };
      return this.waitForFlags(flags, { ...patience, proof });
    }
    if (switching?.by !== 'call')
      throw new TargetProblem('no call is configured that switches', { isFinal: true });
    for (const call of writeCalls(writesOf(switching), vocabularyOf(this.#parts.config), flags))
      await this.#ask(call);
    await this.waitForFlags(flags, { timeoutMs: switching.timeoutMs, proof });
  }

  /**
   * Has two deployments exchange their settings, or have their own again.
   * @throws TargetProblem where that fails
   */
  async cross(isCrossed: boolean): Promise<void> {
    const { switching } = this.#parts.config;
    const swap = switching?.by === 'deployments' ? switching.swap : undefined;
    if (swap === undefined) throw new TargetProblem('no swap is configured', { isFinal: true });
    if ('command' in swap) return this.#runCommand({ crossed: isCrossed });
    for (const call of crossCalls(swap.call, vocabularyOf(this.#parts.config), isCrossed))
      await this.#ask(call);
  }

  /**
   * The number of a counter, or of an uptime; `null` where the answer holds none.
   * @throws TargetProblem where there is no answer
   */
  async readNumber(proof: Counter | Uptime): Promise<number | null> {
    const answer = await this.#ask(numberCall(proof, vocabularyOf(this.#parts.config)));
    return numberIn(answer.body, proof);
  }

  async #runCommand(request: CommandRequest): Promise<void> {
    const { runCommand } = this.#parts;
    if (runCommand === undefined)
      throw new TargetProblem('nobody is there to run the command that switches', { isFinal: true });
    await runCommand(request);
  }

  /**
   * Waits until the target names the settings asked for, by each of its proofs.
   * @throws TargetProblem what it says instead, at once where no waiting will change it
   */
  async waitForFlags(flags: FlagValues, { timeoutMs, inARow = 1, proof = 'read' }: Patience): Promise<void> {
    const { now, sleep } = this.#parts;
    const giveUpAt = now() + timeoutMs;
    for (const { look, least } of this.#inForce.proofsOf(flags, proof)) {
      const instances = new Set<string>();
      // Behind a balancer each instance that has answered must have its turn again.
      const needed = () => Math.max(inARow, least, 2 * instances.size);
      for (let right = 0; right < needed();) {
        const { problem, instance } = await look();
        if (instance !== undefined) instances.add(instance);
        right = problem === null ? right + 1 : 0;
        if (problem?.isFinal === true) throw problem;
        if (problem !== null && now() >= giveUpAt) {
          const { message, flag } = problem;
          throw new TargetProblem(`after ${timeoutMs} ms ${message}`, { flag });
        }
        if (right < needed()) await sleep(POLL_MS);
      }
    }
  }

  /** What is wrong with the settings in force; `null` where nothing is, or nothing says. */
  async wrongFlags(flags: FlagValues, by: By = 'read'): Promise<TargetProblem | null> {
    for (const { look } of this.#inForce.proofsOf(flags, by)) {
      const { problem } = await look();
      if (problem !== null) return problem;
    }
    return null;
  }

  /**
   * Asks the calls alone whether settings are in force: once, or again where they give no answer.
   * @throws TargetProblem where they are not
   */
  async confirm(flags: FlagValues): Promise<void> {
    const { config, now, sleep } = this.#parts;
    const giveUpAt = now() + config.api.timeoutMs;
    for (const { look } of this.#inForce.proofsByCall(flags)) {
      for (;;) {
        const { problem } = await look();
        if (problem === null) break;
        if (problem.flag !== null || problem.isFinal || now() >= giveUpAt) throw problem;
        await sleep(POLL_MS);
      }
    }
  }

  /**
   * Sends one request of the API with the settings in its header.
   * @throws TargetProblem where its answer does not echo them
   */
  async requestWithFlags(flags: FlagValues): Promise<void> {
    const { switching } = this.#parts.config;
    const headers = switching === null ? {} : flagHeaders(switching, vocabularyOf(this.#parts.config), flags);
    const echo = echoOf(switching);
    if (echo === undefined) {
      await this.request(headers);
      return;
    }
    const echoed = await this.#inForce.echoed(echo, headers, Object.keys(flags));
    const flag = firstDifference(spokenOf(echo, flags), echoed.flags);
    if (flag === null) return;
    throw new TargetProblem(`${describeEcho(echo)} does not echo ${flag}=${flags[flag] ?? ''}`, { flag });
  }

  /** A call of switching or proof. @throws TargetProblem where it is not answered by a 2xx, with the reason that it gives */
  async #ask(call: Call): Promise<HttpAnswer> {
    const type: Record<string, string> = call.body === null ? {} : { 'Content-Type': 'application/json' };
    const auth = call.withAuth ? await this.headers() : {};
    const headers = { ...auth, ...type, ...(await this.#ownHeaders(call)) };
    const answer = await this.#send(call, headers, true);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const what = `${describeAnswer(answer)}${reasonIn(answer, headers)}`;
    throw new TargetProblem(`${call.method} ${shownAddress(call.address)} ${what}`, {
      isFinal: isRedirect(answer.status),
    });
  }

  async #ownHeaders({ headers = {}, bearer: own }: Call): Promise<Record<string, string>> {
    const secretOf = (secret: Secret) => this.#parts.secret(secret).catch(asProblem);
    const all: Record<string, string> = own === undefined ? {} : bearer(await secretOf(own));
    for (const [name, value] of Object.entries(headers)) {
      all[name] = typeof value === 'string' ? value : await secretOf(value);
    }
    return all;
  }

  #send(
    { method, address, body }: Pick<Call, 'method' | 'address' | 'body'>,
    headers: Readonly<Record<string, string>>,
    keepBody: boolean,
  ): Promise<HttpAnswer> {
    const { config, send } = this.#parts;
    return send({
      method,
      url: address.startsWith('/') ? config.baseUrl + address : address,
      headers,
      body,
      timeoutMs: config.api.timeoutMs,
      tags: { kind: 'control' },
      keepBody,
    });
  }
}

function asProblem(error: unknown): never {
  throw new TargetProblem(messageOf(error), { isFinal: true });
}
