/**
 * A capacity run. In each block both arms climb one ladder of rates, in random order at each rung; after an overload the
 * target gets time to recover.
 */
import type { CapacityConfig } from '../../config/capacity-config.ts';
import { seeded } from '../../statistics/random.ts';
import type { Milliseconds, PerSecond } from '../../../thresholds/types.ts';
import { throughput } from '../costs.ts';
import { conclude, type Ending } from '../conclude.ts';
import { Effect } from '../effect.ts';
import { InvalidExperiment } from '../invalid-experiment.ts';
import { arrivalTimes, risingTimes } from '../plan.ts';
import type { Arm } from '../../config/arms.ts';
import type { Port } from '../port.ts';
import { Traffic, type Bodies } from '../traffic.ts';
import { climbsOf, isCrossedBlock, stepOf, turnsOf, type Climbs } from './climbs.ts';
import { climbLine, tryLine } from './progress.ts';
import { outcomeOf, type RateTrial } from './rate-trial.ts';
import { recordCapacities, recordFinished, recordTry, recordVerdict } from './record-capacity.ts';
import { Recorder } from './recorder.ts';
import { judgeCapacity, type CapacityVerdict } from './verdict.ts';

/** After an overload: so many answers in a row that are as fast as usual, and the pause between them. */
const RECOVERED = { inARow: 3, pauseMs: 50 } as const;

/** What a capacity run is, made once. */
interface CapacitySettings extends Bodies {
  readonly config: CapacityConfig;
}

/** One try that an arm is to make. */
interface Turn {
  readonly arm: Arm;
  /** What the arm has tried so far, by block. */
  readonly tries: RateTrial[][];
  readonly block: number;
  readonly round: number;
  readonly perSecond: PerSecond;
}

/** Runs the climbs from the first rung to the verdict. */
export function runCapacity(
  settings: CapacitySettings,
  port: Port,
): Promise<Ending<CapacityVerdict['kind']>> {
  return conclude(port, async () => {
    const verdict = await new CapacityRun(settings, port).run();
    recordVerdict(port.record, verdict);
    return { kind: verdict.kind, text: `${verdict.kind}: ${verdict.reasons.join('; ')}` };
  });
}

class CapacityRun {
  readonly #config: CapacityConfig;
  readonly #traffic: Traffic;
  readonly #port: Port;
  readonly #effect: Effect;
  /** By arm, block and number. */
  readonly #tries: RateTrial[][][];
  /** The most that an arm has finished in a second, by arm and block. */
  readonly #finished: number[][];
  readonly #endsAt: Milliseconds;

  constructor({ config, ...inputs }: CapacitySettings, port: Port) {
    this.#config = config;
    this.#traffic = new Traffic(config, inputs, port);
    this.#port = port;
    this.#effect = new Effect(config, port);
    this.#tries = config.arms.map(() => []);
    this.#finished = config.arms.map(() => []);
    this.#endsAt = port.now() + config.deadlineMs;
  }

  /**
   * Climbs block after block.
   * @throws InvalidExperiment where the target cannot be measured any more
   */
  async run(): Promise<CapacityVerdict> {
    const { plan } = this.#config;
    await this.#warmUp();
    for (let block = 0; ; block += 1) {
      await this.#climb(block);
      const climbs = climbsOf(this.#config, this.#tries);
      const verdict = judgeCapacity(climbs, this.#config);
      recordCapacities(this.#port.record, verdict);
      this.#port.log(climbLine(plan, block, verdict));
      if (block + 1 === plan.blocks || endsEarly(verdict, climbs)) return verdict;
    }
  }

  /** Requests that nobody counts, in each arm, rising to the first rung. */
  async #warmUp(): Promise<void> {
    const { plan, arms } = this.#config;
    const rising = risingTimes(plan.perSecond, plan.warmUpSeconds);
    for (const arm of arms) {
      await this.#switchTo(arm, plan.warmUpSeconds);
      await this.#traffic.sendUncounted(rising, `${plan.seed}/warm-up`);
    }
  }

  /** One block: rounds in which each arm that still climbs makes one try, until none does. */
  async #climb(block: number): Promise<void> {
    const { plan, arms } = this.#config;
    for (const ofArm of this.#tries) ofArm.push([]);
    await this.#traffic.cross(isCrossedBlock(plan, block));
    for (let round = 0; ; round += 1) {
      let climbing = false;
      for (const index of turnsOf(plan, block, round, arms.length)) {
        const arm = arms[index];
        const tries = this.#tries[index];
        if (arm === undefined || tries === undefined) continue;
        const step = stepOf(this.#config, tries, block);
        if (step.kind === 'ended') continue;
        climbing = true;
        await this.#try({ arm, tries, block, round, perSecond: step.perSecond });
      }
      if (!climbing) return;
    }
  }

  async #try(turn: Turn): Promise<void> {
    const { arm, tries, block } = turn;
    const { plan, limits } = this.#config;
    await this.#switchTo(arm, plan.settleSeconds + plan.seconds);
    const seen = await this.#effect.watch(arm, this.#traffic.baseUrl);
    const settled = this.#port.sleep(plan.settleSeconds * 1_000).then(seen.settled);
    // It is awaited below, unless the try itself fails.
    settled.catch(() => undefined);
    const { trial, finishedMs } = await this.#send(turn);
    await settled;
    await seen.ended();
    this.#addFinished(arm, block, throughput(finishedMs));
    const ofBlock = tries[block] ?? [];
    recordTry(this.#port.record, arm.name, block, ofBlock.length, trial);
    ofBlock.push(trial);
    const outcome = outcomeOf(trial, limits);
    this.#port.log(tryLine(plan, block, arm.name, trial, outcome));
    if (outcome !== 'within') await this.#recover(turn);
    await this.#traffic.confirm(arm);
    this.#checkDeadline();
  }

  #addFinished(arm: Arm, block: number, perSecond: PerSecond | null): void {
    const ofArm = this.#finished[this.#config.arms.indexOf(arm)] ?? [];
    const most = Math.max(ofArm[block] ?? 0, perSecond ?? 0);
    ofArm[block] = most;
    recordFinished(this.#port.record, arm.name, block, most);
  }

  /**
   * Settling and what is measured are one stream. Both arms get the same arrivals and bodies at the same rate.
   * @returns the try, and when each successful answer was there
   */
  async #send({
    arm,
    block,
    round,
    perSecond,
  }: Turn): Promise<{ trial: RateTrial; finishedMs: Milliseconds[] }> {
    const { plan, limits } = this.#config;
    const seed = `${plan.seed}/try/${block}/${round}`;
    const random = seeded(seed);
    const arrivalsIn = (seconds: number) =>
      arrivalTimes(Math.round(perSecond * seconds), seconds * 1_000, 'poisson', random);
    const settling = arrivalsIn(plan.settleSeconds);
    const measured = arrivalsIn(plan.seconds).map((at) => plan.settleSeconds * 1_000 + at);
    const recorder = new Recorder(perSecond, limits, settling.length, measured.length);
    const arrivals = [...settling, ...measured];
    const lane = { flags: arm.flags, byHeader: false };
    const finishedMs: Milliseconds[] = [];
    const wrongFlags: string[] = [];
    await this.#traffic.measure({
      arrivals,
      seed: `${seed}/bodies`,
      lanes: [
        { ...lane, kind: 'control', tags: {} },
        { ...lane, kind: 'workflow', tags: { arm: arm.name, block: String(block + 1) } },
      ],
      laneOf: (request) => (request < settling.length ? 0 : 1),
      seen: (answered) => {
        recorder.add(answered);
        const { failed, lateMs, latencyMs, request } = answered;
        if (!failed) finishedMs.push((arrivals[request] ?? 0) + lateMs + latencyMs);
        if (answered.lane === 1 && answered.wrongFlag !== null) wrongFlags.push(answered.wrongFlag);
      },
      shouldStop: (started, lateMs) => recorder.shouldStop(started, lateMs),
    });
    const [wrongFlag] = wrongFlags;
    if (wrongFlag !== undefined) throw wrongEcho(arm, wrongFlag);
    return { trial: recorder.result(), finishedMs };
  }

  /**
   * Waits until single requests are answered as fast as the arm was where it held: the queue is empty, and nothing else is
   * left of the overload.
   * @throws InvalidExperiment where that takes too long, or the target has died
   */
  async #recover({ arm, tries, perSecond }: Turn): Promise<void> {
    const { recoveryMs } = this.#config;
    const usualMs = this.#usualMs(tries);
    const giveUpAt = this.#port.now() + recoveryMs;
    for (let inARow = 0; inARow < RECOVERED.inARow;) {
      const tookMs = await this.#traffic.ping();
      inARow = tookMs !== null && tookMs <= usualMs ? inARow + 1 : 0;
      if (inARow === 0 && this.#port.now() > giveUpAt) {
        const now =
          tookMs === null ? 'it gives no successful answer' : `one request takes ${tookMs.toFixed(0)} ms`;
        throw new InvalidExperiment(
          'not_recovered',
          `the target did not recover within ${recoveryMs / 1_000} s from ${perSecond.toFixed(0)}/s (${arm.name}): ${now}`,
        );
      }
      this.#checkDeadline();
      await this.#port.sleep(RECOVERED.pauseMs);
    }
  }

  /** Twice the arm's lowest P95 where it held, and never more than the limit; any answer will do where it never did. */
  #usualMs(tries: readonly (readonly RateTrial[])[]): Milliseconds {
    const { limits } = this.#config;
    const held = tries.flat().filter((trial) => outcomeOf(trial, limits) === 'within');
    if (held.length === 0) return Infinity;
    return Math.min(limits.p95Ms, ...held.map(({ p95Ms }) => 2 * p95Ms));
  }

  async #switchTo(arm: Arm, seconds: number): Promise<void> {
    this.#checkDeadline();
    await this.#traffic.renewToken(seconds * 1_000);
    await this.#traffic.switchTo(arm);
  }

  #checkDeadline(): void {
    if (this.#port.now() <= this.#endsAt) return;
    throw new InvalidExperiment(
      'deadline',
      `the climbs did not end within ${this.#config.deadlineMs / 60_000} minutes: see deadlineMinutes and seconds in thresholds/`,
    );
  }
}

/** What no later block can mend: the first rung does not hold, or the generator is too slow for both arms. */
function endsEarly({ kind }: CapacityVerdict, climbs: Climbs): boolean {
  const drowned = climbs.every(({ crossings }) => {
    const end = crossings.at(-1);
    return end?.kind === 'at least' && end.by === 'generator';
  });
  return kind === 'INVALID' || drowned;
}

function wrongEcho({ name, flags }: Arm, flag: string): InvalidExperiment {
  const message = `answers of the ${name} do not echo ${flag}=${flags[flag] ?? ''}: was the target switched?`;
  return new InvalidExperiment('wrong_flags', message, flag);
}
