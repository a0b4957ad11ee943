/** The port of the engines with a simulated target behind it: whole runs in milliseconds, by a clock of their own. */
import { firstDifference, flagHeaders } from '../../lib/api/flags.ts';
import { statedFlags, understood } from '../../lib/api/statements.ts';
import { TargetProblem } from '../../lib/api/target-problem.ts';
import type { Arm } from '../../lib/config/arms.ts';
import type { SwitchedTarget } from '../../lib/config/experiment-config.ts';
import { flagsOn, isEverythingOff } from '../../lib/config/settings.ts';
import { echoOf, readsOf } from '../../lib/config/switching.ts';
import type { Port, Reply, Requests } from '../../lib/experiment/port.ts';
import { seeded, type Random } from '../../lib/statistics/random.ts';
import type { FlagValues, Milliseconds } from '../../thresholds/types.ts';
import { Clock } from './clock.ts';

/** One request as the target sees it. */
export interface SimulatedRequest {
  /** The flags that are in force for it. */
  readonly flags: FlagValues;
  /** Any flag is on. */
  readonly isOn: boolean;
  /** Since the start of the run. */
  readonly atMs: Milliseconds;
  /** Since the flags that it works by changed. */
  readonly sinceSwitchMs: Milliseconds;
  /** What its queue holds. */
  readonly queued: number;
  /** The address that it was sent to. */
  readonly baseUrl: string;
  readonly random: Random;
}

/** What is wrong with a target, or with the generator; nothing by default. */
export interface Behaviour {
  /** What a request takes, beside waiting; 20 ms at the median, lognormal, by default. */
  latencyMs?: (request: SimulatedRequest) => Milliseconds;
  /** 200 by default; 0: no answer until the time-out. */
  status?: (request: SimulatedRequest) => number;
  /** One worker, which takes so long for each request: they wait for each other. */
  workMs?: (request: SimulatedRequest) => Milliseconds;
  /** What answers say of the flags in force; `null`: nothing. */
  echo?: (flags: FlagValues) => FlagValues | null;
  /** What the answer's header X-Server-Ms says that the server took; `null`: nothing. */
  serverMs?: (request: SimulatedRequest, tookMs: Milliseconds) => Milliseconds | null;
  /** Times of a request beside the one that decides. */
  times?: (request: SimulatedRequest, tookMs: Milliseconds) => NonNullable<Reply['times']>;
  /** What a switch takes. */
  switchMs?: Milliseconds;
  /** The flags are echoed at once, and work so much later. */
  worksLateMs?: Milliseconds;
  /** Somebody else switches everything off then. */
  switchedOffAtMs?: Milliseconds;
  /** This flag stays as it was, whatever is asked for. */
  ignores?: string;
  /** The target answers nothing from then on. */
  diesAtMs?: Milliseconds;
  /** No token is given from then on. */
  noTokenFromMs?: Milliseconds;
  /** A queue that grows by one with each request while anything is on, and is emptied at so many per second. */
  drainsPerSecond?: number;
  /** Processor time that a request takes; the target tells of it, and of its memory, only where this is given. */
  cpuMs?: (request: SimulatedRequest) => Milliseconds;
  /** 100 MB by default; nothing of anything where it is null. */
  memoryMb?: (state: { isOn: boolean; atMs: Milliseconds; random: Random }) => number | null;
  /** Whether a request adds to the target's counter; with observability on by default. */
  counts?: (request: SimulatedRequest) => boolean;
  /** The counter is asked in vain from then on. */
  noCounterFromMs?: Milliseconds;
  /** The counter is written so often. */
  exportsEachMs?: Milliseconds;
  /** What exchanging the settings of two deployments takes. */
  crossMs?: Milliseconds;
  /** It fails; or it says that it did not, and changed one of them only. */
  crossing?: 'fails' | 'changes one';
  /** How much too late a timer of the generator is. */
  timerLateMs?: (random: Random) => Milliseconds;
}

export interface Sample {
  readonly metric: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A target, and the arms that have a deployment each, where some have. */
export interface SimulatedConfig extends SwitchedTarget {
  readonly plan?: object;
  readonly arms?: readonly Arm[];
}

export class SimulatedTarget implements Port {
  readonly samples: Sample[] = [];
  readonly lines: string[] = [];
  readonly #clock = new Clock();
  readonly #random = seeded('simulated target');
  readonly #target: SimulatedConfig;
  readonly #behaviour: Behaviour;
  readonly #startedAt = this.#clock.now();
  #flags: FlagValues;
  /** What the target works by, which may differ from what it says. */
  #works: FlagValues;
  /** The same of each deployment by its address, where there are some. */
  #deployed = new Map<string, { says: FlagValues; works: FlagValues }>();
  #switchedAt = this.#startedAt;
  #cpuMs = 0;
  /** When each request was that the counter counts. */
  readonly #exports: Milliseconds[] = [];
  /** Headers as they are read and written, by what they say: most say the same. */
  readonly #understood = new Map<string, FlagValues | null>();
  readonly #echoes = new Map<FlagValues, Record<string, string>>();
  #freeAt = this.#startedAt;
  #queue = { length: 0, at: this.#startedAt };

  constructor(target: SimulatedConfig, behaviour: Behaviour = {}) {
    this.#target = target;
    this.#flags = this.#works = flagsOn(target.settings, []);
    const { switchedOffAtMs } = behaviour;
    if (switchedOffAtMs !== undefined)
      void this.#clock.sleep(switchedOffAtMs).then(() => {
        this.#flags = this.#works = flagsOn(target.settings, []);
      });
    this.#behaviour = behaviour;
    const { deployments, plan, arms = (plan as { arms?: readonly Arm[] } | undefined)?.arms ?? [] } = target;
    for (const { name, flags } of deployments === undefined ? [] : arms)
      this.#deployed.set(deployments?.urls[name] ?? '', { says: flags, works: flags });
  }

  /** Lets the clock run until the work is done, or until `untilMs` where it is given up. */
  run<T>(work: Promise<T>, untilMs?: Milliseconds): Promise<T | undefined> {
    return this.#clock.run(work, untilMs);
  }

  readonly now = this.#clock.now;

  readonly sleep = (ms: Milliseconds): Promise<void> =>
    this.#clock.sleep(ms + (this.#behaviour.timerLateMs?.(this.#random) ?? 0));

  readonly record: Port['record'] = (metric, value, tags = {}) => {
    this.samples.push({ metric, value, tags });
  };

  readonly log = (line: string): void => {
    this.lines.push(line);
  };

  readonly secretHeaders = () => Promise.resolve({});
  readonly token: Port['token'] = () => {
    const { noTokenFromMs = Infinity } = this.#behaviour;
    if (this.#elapsed() < noTokenFromMs) return Promise.resolve('a-token');
    return Promise.reject(new Error('the token server answered 500'));
  };

  readonly queues: Port['queues'] = () =>
    Promise.resolve(this.#behaviour.drainsPerSecond === undefined ? null : [this.#queued()]);

  readonly reading: Port['reading'] = () => {
    const { cpuMs, memoryMb = () => 100 } = this.#behaviour;
    const state = { isOn: this.#isOn(this.#works), atMs: this.#elapsed(), random: this.#random };
    const memory = memoryMb(state);
    if (cpuMs === undefined || memory === null || this.#isDead()) return Promise.resolve(null);
    return Promise.resolve({
      cpuSeconds: this.#cpuMs / 1_000,
      memoryMb: memory,
      eventLoopDelayMs: state.isOn ? 3 : 1,
      lostEntries: 0,
    });
  };

  readonly cross: Port['cross'] = async () => {
    const { crossMs = 5, worksLateMs = 0, crossing } = this.#behaviour;
    await this.#clock.sleep(crossMs);
    if (crossing === 'fails') throw new TargetProblem('failed with exit code 3: no such deployment');
    const [first, second] = [...this.#deployed.values()];
    if (first === undefined || second === undefined) return;
    const [one, other] = [first.says, second.says];
    first.says = other;
    if (crossing !== 'changes one') second.says = one;
    void this.#clock.sleep(worksLateMs).then(() => {
      for (const deployment of this.#deployed.values()) deployment.works = deployment.says;
      this.#switchedAt = this.#clock.now();
    });
  };

  readonly count: Port['count'] = async () => {
    await this.#clock.sleep(1);
    const { exportsEachMs = 1, noCounterFromMs = Infinity } = this.#behaviour;
    if (this.#elapsed() >= noCounterFromMs) throw new TargetProblem('GET /counter answered nothing');
    // What is exported in batches shows late.
    const until = Math.floor(this.#elapsed() / exportsEachMs) * exportsEachMs;
    return this.#exports.filter((at) => at <= until).length;
  };

  readonly switchTo: Port['switchTo'] = async ({ flags }, baseUrl) => {
    const { switchMs = 5, worksLateMs = 0, ignores } = this.#behaviour;
    await this.#clock.sleep(switchMs);
    if (this.#isDead()) throw new TargetProblem('PUT /flags answered nothing');
    const deployed = this.#deployed.get(baseUrl);
    if (deployed !== undefined) {
      const flag = firstDifference(flags, deployed.says);
      if (flag === null) return;
      throw new TargetProblem(`the target still says ${deployed.says[flag] ?? ''} for ${flag}`, { flag });
    }
    const next = { ...this.#flags, ...flags };
    if (ignores !== undefined && next[ignores] !== this.#flags[ignores]) {
      const message = `the target still says ${this.#flags[ignores] ?? ''} for ${ignores}`;
      throw new TargetProblem(message, { flag: ignores });
    }
    this.#flags = next;
    void this.#clock.sleep(worksLateMs).then(() => {
      if (JSON.stringify(this.#works) === JSON.stringify(next)) return;
      this.#works = next;
      this.#switchedAt = this.#clock.now();
    });
  };

  readonly confirm: Port['confirm'] = (flags, baseUrl) => {
    const says = this.#deployed.get(baseUrl)?.says ?? this.#flags;
    if (readsOf(this.#target.switching).length === 0) return Promise.resolve();
    const flag = firstDifference(flags, says);
    if (flag === null) return Promise.resolve();
    return Promise.reject(
      new TargetProblem(`the target still says ${says[flag] ?? ''} for ${flag}`, { flag }),
    );
  };

  readonly send = async (_body: string, { url, headers, timeoutMs }: Requests): Promise<Reply> => {
    const { status = () => 200, echo = (flags: FlagValues) => flags, serverMs, times } = this.#behaviour;
    const { counts = ({ isOn }: SimulatedRequest) => isOn } = this.#behaviour;
    const request = this.#request(url, headers);
    if (counts(request)) this.#exports.push(request.atMs);
    const answered = this.#isDead() ? 0 : status(request);
    const tookMs = answered === 0 ? timeoutMs : this.#durationMs(request);
    await this.#clock.sleep(Math.min(tookMs, timeoutMs));
    if (tookMs >= timeoutMs || this.#isDead())
      return { status: 0, headers: {}, body: '', durationMs: 0, succeeded: false };
    const said = echo(request.flags);
    const server = serverMs?.(request, tookMs) ?? null;
    return {
      status: answered,
      headers: {
        ...(said === null ? {} : this.#echoHeaders(said)),
        ...(server === null ? {} : { 'X-Server-Ms': server.toFixed(3) }),
      },
      body: '',
      durationMs: tookMs,
      succeeded: answered === 200,
      ...(times === undefined ? {} : { times: times(request, tookMs) }),
    };
  };

  #request(url: string, headers: Requests['headers']): SimulatedRequest {
    const baseUrl = url.slice(0, -this.#target.api.endpoint.length);
    const deployed = this.#deployed.get(baseUrl);
    const byHeader = this.#flagsIn(headers);
    const flags = byHeader ?? deployed?.works ?? this.#works;
    const isOn = this.#isOn(flags);
    const queued = this.#queued();
    this.#queue = { length: queued + (isOn ? 1 : 0), at: this.#clock.now() };
    const request = {
      flags: byHeader ?? deployed?.says ?? this.#flags,
      isOn,
      atMs: this.#elapsed(),
      sinceSwitchMs: this.#clock.now() - this.#switchedAt,
      queued,
      baseUrl,
      random: this.#random,
    };
    this.#cpuMs += this.#behaviour.cpuMs?.(request) ?? 0;
    return request;
  }

  #isOn(flags: FlagValues): boolean {
    return !isEverythingOff(this.#target.settings, flags);
  }

  #flagsIn(headers: Requests['headers']): FlagValues | null {
    const { switching, settings } = this.#target;
    const said = switching.header && headers[switching.header.name];
    if (said === undefined) return null;
    const known = this.#understood.get(said);
    if (known !== undefined) return known;
    const vocabulary = { ...switching, settings };
    const stated = statedFlags(said, {}, vocabulary, Object.keys(settings.values));
    const flags = stated === null ? null : understood(stated, vocabulary);
    this.#understood.set(said, flags);
    return flags;
  }

  #queued(): number {
    const { length, at } = this.#queue;
    const emptied = ((this.#behaviour.drainsPerSecond ?? 0) * (this.#clock.now() - at)) / 1_000;
    return Math.max(0, length - emptied);
  }

  #durationMs(request: SimulatedRequest): Milliseconds {
    const { latencyMs = usual, workMs } = this.#behaviour;
    const alone = latencyMs(request);
    if (workMs === undefined) return alone;
    const now = this.#clock.now();
    this.#freeAt = Math.max(this.#freeAt, now) + workMs(request);
    return this.#freeAt - now + alone;
  }

  #echoHeaders(flags: FlagValues): Record<string, string> {
    const known = this.#echoes.get(flags);
    if (known !== undefined) return known;
    const { switching, settings } = this.#target;
    const echo = echoOf(switching);
    const name = echo !== undefined && 'header' in echo ? echo.header : '';
    const headers = flagHeaders({ header: { name, value: '{settings}' } }, { ...switching, settings }, flags);
    this.#echoes.set(flags, headers);
    return headers;
  }

  #isDead(): boolean {
    return this.#elapsed() >= (this.#behaviour.diesAtMs ?? Infinity);
  }

  #elapsed(): Milliseconds {
    return this.#clock.now() - this.#startedAt;
  }
}

/** Lognormal: 20 ms at the median, P95 38.6 ms. */
export function usual({ random }: Pick<SimulatedRequest, 'random'>): Milliseconds {
  return 20 * Math.exp(0.4 * random.normal());
}
