/** The target as its clients ask it: is it up, which settings are in force, and how they are switched. */
import { messageOf } from '../format/message-of.ts';
import type { Target, TargetApi } from '../config/config.ts';
import { armCalled } from '../config/settings.ts';
import {
  describeEcho,
  describeNumber,
  echoOf,
  readsOf,
  uptimesOf,
  writesOf,
  type Counter,
  type Echo,
  type Read,
  type Uptime,
} from '../config/switching.ts';
import type { CommandRequest, RunCommand } from './commands.ts';
import { hasRestarted, numberIn } from './numbers.ts';
import { redactedAddress } from '../format/redacted.ts';
import type { FlagValues, Milliseconds, Secret } from '../../thresholds/types.ts';
import {
  firstDifference,
  flagHeaders,
  crossCalls,
  numberCall,
  readCalls,
  spokenOf,
  writeCalls,
  type Call,
  type Vocabulary,
} from './flags.ts';
import { headerOf, type HttpAnswer, type Send } from './send.ts';
import { at } from './json-path.ts';
import {
  expectedOf,
  notUnderstood,
  saidIn,
  statedFlags,
  understood,
  type StatedFlags,
} from './statements.ts';
import { describeAnswer, isRedirect, reasonIn, TargetProblem } from './target-problem.ts';
import { bearer, tokenNow, type UserToken } from './user-token.ts';
import { jsonOf } from '../format/json.ts';

const POLL_MS: Milliseconds = 100;
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

/** How the settings in force are read where the target says them in both ways. */
type By = 'read' | 'echo';

interface Patience {
  readonly timeoutMs: Milliseconds;
  /** So many right answers prove it; 1 by default. */
  readonly inARow?: number;
  /** `both`: answers of the API may not say otherwise either, once the calls have proven it. */
  readonly proof?: By | 'both';
}

/** What one look at the settings in force found. */
interface Look {
  readonly problem: TargetProblem | null;
  /** Who answered, where an answer says. */
  readonly instance?: string | undefined;
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

  /**
   * The settings in force by the target's own word: by call, or from the echo of a request to the API.
   * @throws TargetProblem where it does not say
   */
  async readFlags(by: By = 'read', names: readonly string[] = this.#names()): Promise<FlagValues> {
    const { reads, echo } = this.#proofs(by);
    let flags: FlagValues = {};
    for (const read of reads) flags = { ...flags, ...(await this.#read(read, names)) };
    if (echo !== undefined) flags = { ...(await this.#echoed(echo, {}, names)).flags, ...flags };
    if (reads.length > 0 || echo !== undefined) return flags;
    throw new TargetProblem('the target does not say which settings are in force: no read, and no echo', {
      isFinal: true,
    });
  }

  /**
   * Switches the whole system by calls or by a command, and waits until the target says that it did.
   * @param proof `both` where requests of the API will be measured
   * @throws TargetProblem where it does not
   */
  async writeFlags(flags: FlagValues, proof: Patience['proof'] = 'read'): Promise<void> {
    const { switching, settings } = this.#parts.config;
    if (switching?.by === 'command') {
      const restarted = await this.#expectRestart();
      await this.#runCommand({ arm: armCalled(settings, flags), settings: flags });
      await restarted(switching.readyTimeoutMs);
      const patience = { timeoutMs: switching.readyTimeoutMs, inARow: RESTARTED_IN_A_ROW };
      return this.waitForFlags(flags, { ...patience, proof });
    }
    if (switching?.by !== 'call')
      throw new TargetProblem('no call is configured that switches', { isFinal: true });
    for (const call of writeCalls(writesOf(switching), this.#vocabulary(), flags)) await this.#ask(call);
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
    for (const call of crossCalls(swap.call, this.#vocabulary(), isCrossed)) await this.#ask(call);
  }

  /**
   * The number of a counter, or of an uptime; `null` where the answer holds none.
   * @throws TargetProblem where there is no answer
   */
  async readNumber(proof: Counter | Uptime): Promise<number | null> {
    const answer = await this.#ask(numberCall(proof, this.#vocabulary()));
    return numberIn(answer.body, proof);
  }

  async #runCommand(request: CommandRequest): Promise<void> {
    const { runCommand } = this.#parts;
    if (runCommand === undefined)
      throw new TargetProblem('nobody is there to run the command that switches', { isFinal: true });
    await runCommand(request);
  }

  /** Looks at when processes have started, to find afterwards that they did again. */
  async #expectRestart(): Promise<(timeoutMs: Milliseconds) => Promise<void>> {
    const { now, sleep, config } = this.#parts;
    const looked: { proof: Uptime; before: number | null; at: Milliseconds }[] = [];
    for (const proof of uptimesOf(config.switching)) {
      // A target that is down now will have been restarted.
      const before = await this.readNumber(proof).catch(() => null);
      looked.push({ proof, before, at: now() });
    }
    return async (timeoutMs) => {
      const giveUpAt = now() + timeoutMs;
      for (const { proof, before, at } of looked) {
        for (;;) {
          const after = await this.readNumber(proof).catch(problemOf);
          const isNumber = typeof after === 'number';
          if (isNumber && (before === null || hasRestarted(before, after, now() - at, proof.unit))) break;
          if (now() >= giveUpAt && after instanceof TargetProblem)
            throw new TargetProblem(`after ${timeoutMs} ms ${after.message}`, { isFinal: true });
          if (now() >= giveUpAt)
            throw new TargetProblem(
              `${describeNumber(proof)} went from ${before ?? 'nothing'} to ${after ?? 'nothing'}: its process was not restarted`,
              { isFinal: true },
            );
          await sleep(POLL_MS);
        }
      }
    };
  }

  /**
   * Waits until the target names the settings asked for, by each of its proofs.
   * @throws TargetProblem what it says instead, at once where no waiting will change it
   */
  async waitForFlags(flags: FlagValues, { timeoutMs, inARow = 1, proof = 'read' }: Patience): Promise<void> {
    const { now, sleep } = this.#parts;
    const giveUpAt = now() + timeoutMs;
    for (const { look, least } of this.#looksAt(flags, proof)) {
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
    for (const { look } of this.#looksAt(flags, by)) {
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
    const names = Object.keys(flags);
    const giveUpAt = now() + config.api.timeoutMs;
    for (const read of readsOf(config.switching)) {
      for (;;) {
        const { problem } = await lookFor(spokenOf(read, flags), async () => ({
          flags: await this.#read(read, names),
        }));
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
    const headers = switching === null ? {} : flagHeaders(switching, this.#vocabulary(), flags);
    const echo = echoOf(switching);
    if (echo === undefined) {
      await this.request(headers);
      return;
    }
    const echoed = await this.#echoed(echo, headers, Object.keys(flags));
    const flag = firstDifference(spokenOf(echo, flags), echoed.flags);
    if (flag === null) return;
    throw new TargetProblem(`${describeEcho(echo)} does not echo ${flag}=${flags[flag] ?? ''}`, { flag });
  }

  /** One look for each proof that is asked for. */
  #looksAt(flags: FlagValues, by: By | 'both'): { look: () => Promise<Look>; least: number }[] {
    const names = Object.keys(flags);
    const { reads, echo } = this.#proofs(by === 'both' ? 'read' : by);
    const further = by === 'both' && echo === undefined ? echoOf(this.#parts.config.switching) : undefined;
    const lookAt = (said: Echo) => lookFor(spokenOf(said, flags), () => this.#echoed(said, {}, names));
    return [
      ...reads.map((read) => ({
        least: read.inARow ?? 1,
        look: () => lookFor(spokenOf(read, flags), async () => ({ flags: await this.#read(read, names) })),
      })),
      ...(echo === undefined ? [] : [{ least: 1, look: () => lookAt(echo) }]),
      // An API that answers nothing of use in this arm is proven by its calls, and judged by the run.
      ...(further === undefined
        ? []
        : [{ least: 1, look: async () => ifContradicted(await lookAt(further)) }]),
    ];
  }

  /** Calls come before requests of the API, or the other way round; an echo that names its instance is always asked. */
  #proofs(by: By): { reads: Read[]; echo: Echo | undefined } {
    const { switching } = this.#parts.config;
    const [reads, echo] = [readsOf(switching), echoOf(switching)];
    if (by === 'echo' && echo !== undefined) return { reads: echo.settings === undefined ? [] : reads, echo };
    const isSaid = (name: string) => reads.some(({ settings = [name] }) => settings.includes(name));
    const needsEcho = echo?.instance !== undefined || !this.#names().every(isSaid);
    return { reads, echo: needsEcho ? echo : undefined };
  }

  /**
   * The settings that the answer to one request of the API echoes. An answer that names its settings is a proof of them,
   * whatever its status: errors are judged by the run.
   * @throws TargetProblem where it names none
   */
  async #echoed(
    echo: Echo,
    more: Readonly<Record<string, string>>,
    names: readonly string[],
  ): Promise<{ flags: FlagValues; instance?: string | undefined }> {
    const { api } = this.#parts.config;
    const answer = await this.request(more, 'json' in echo);
    const said = saidIn(answer, echo);
    if (said === undefined && !api.success.status.includes(answer.status)) {
      throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`, {
        isFinal: isRedirect(answer.status),
      });
    }
    const where = describeEcho(echo);
    const stated = statedFlags(said, echo, this.#vocabulary(), names);
    if (stated === null) throw new TargetProblem(`${where} names no flag`);
    const instance = echo.instance === undefined ? undefined : headerOf(answer, echo.instance);
    return { flags: this.#understood(stated, where), instance };
  }

  async #read(read: Read, names: readonly string[]): Promise<FlagValues> {
    const stated: StatedFlags = {};
    const vocabulary = this.#vocabulary();
    const calls = readCalls(read, vocabulary, names);
    for (const { call, names: answered } of calls) {
      const json = jsonOf((await this.#ask(call)).body);
      Object.assign(stated, statedFlags(at(json, read.readAt), read, vocabulary, answered) ?? {});
    }
    const where = `${read.method} ${shown('path' in read ? read.path : read.url)}`;
    if (Object.keys(stated).length === 0) {
      throw new TargetProblem(`${where} names no flag at '${read.readAt}'`);
    }
    return this.#understood(stated, where);
  }

  /** @throws TargetProblem where a setting's value is not understood: it will not be later either */
  #understood(stated: StatedFlags, whoSays: string): FlagValues {
    const vocabulary = this.#vocabulary();
    const flag = notUnderstood(stated, vocabulary);
    if (flag === null) return understood(stated, vocabulary);
    throw new TargetProblem(
      `${whoSays} says ${JSON.stringify(stated[flag])} for ${flag}; expected ${expectedOf(flag, vocabulary)}`,
      { flag, isFinal: true },
    );
  }

  /** A call of switching or proof. @throws TargetProblem where it is not answered by a 2xx, with the reason that it gives */
  async #ask(call: Call): Promise<HttpAnswer> {
    const type: Record<string, string> = call.body === null ? {} : { 'Content-Type': 'application/json' };
    const auth = call.withAuth ? await this.headers() : {};
    const headers = { ...auth, ...type, ...(await this.#ownHeaders(call)) };
    const answer = await this.#send(call, headers, true);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const what = `${describeAnswer(answer)}${reasonIn(answer, headers)}`;
    throw new TargetProblem(`${call.method} ${shown(call.address)} ${what}`, {
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

  #vocabulary(): Vocabulary {
    const { switching, settings } = this.#parts.config;
    return { ...switching, settings };
  }

  #names(): string[] {
    return Object.keys(this.#parts.config.settings.values);
  }
}

/** Compares what is in force with what was asked for. */
async function lookFor(
  flags: FlagValues,
  find: () => Promise<{ flags: FlagValues; instance?: string | undefined }>,
): Promise<Look> {
  try {
    const { flags: inForce, instance } = await find();
    const flag = firstDifference(flags, inForce);
    if (flag === null) return { problem: null, instance };
    const says = inForce[flag] === undefined ? 'does not name' : `still says ${inForce[flag]} for`;
    const who = instance === undefined ? 'the target' : `the instance ${instance}`;
    return { problem: new TargetProblem(`${who} ${says} ${flag}`, { flag }), instance };
  } catch (error) {
    if (error instanceof TargetProblem) return { problem: error };
    throw error;
  }
}

/** A problem only where another value was named. */
function ifContradicted(look: Look): Look {
  return typeof look.problem?.flag === 'string' ? look : { ...look, problem: null };
}

function problemOf(error: unknown): TargetProblem {
  if (error instanceof TargetProblem) return error;
  throw error;
}

function asProblem(error: unknown): never {
  throw new TargetProblem(messageOf(error), { isFinal: true });
}

function shown(address: string): string {
  return address.startsWith('/') ? address : redactedAddress(address);
}
