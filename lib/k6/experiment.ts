/**
 * The overhead experiment: one asynchronous function in one virtual user. For each block, for each arm in random order:
 * switch the target, let it settle, send an open stream of requests, wait for every answer; then estimate, print one
 * line, and stop as soon as the evidence is enough.
 */
import type { Arm, Block } from '../experiment/plan.ts';
import { arrivalTimes, blockOf, orderOf, planSize } from '../experiment/plan.ts';
import type { ArmOfBlock } from '../experiment/session.ts';
import { Session } from '../experiment/session.ts';
import { seeded } from '../statistics/random.ts';
import { quantile } from '../statistics/quantile.ts';
import { judgeExperiment } from '../experiment/judge-experiment.ts';
import { isSettled, type Verdict } from '../experiment/verdict.ts';
import { LATENESS_LIMIT, type Guard } from '../experiment/guards.ts';
import { blockLine } from '../report/progress.ts';
import type { ExperimentConfig } from '../config/experiment-config.ts';
import type { Flag } from '../../thresholds/types.ts';
import type { ExperimentMetrics } from './experiment-metrics.ts';
import type { ExperimentRun } from './experiment-run.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import type { ControlSource } from './probe.ts';
import { Traffic } from './traffic.ts';

export class Experiment {
  readonly #run: ExperimentRun;
  readonly #config: ExperimentConfig;
  readonly #traffic: Traffic;
  readonly #metrics: ExperimentMetrics;
  readonly #session: Session;
  readonly #latenessMs: number[] = [];
  readonly #endsAt: number;
  #answers = 0;
  #mismatches = 0;
  readonly #wrongFlags = new Set<Flag>();

  constructor(run: ExperimentRun, source: ControlSource<ExperimentConfig>, metrics: ExperimentMetrics) {
    this.#run = run;
    this.#config = run.config;
    this.#traffic = new Traffic(source, run);
    this.#metrics = metrics;
    this.#session = new Session(
      run.config.plan.arms.map(({ name }) => name),
      run.config.plan.blocks,
    );
    this.#endsAt = Date.now() + run.deadlineMs;
  }

  /**
   * Runs blocks until the evidence is enough or the plan is through.
   * @throws InvalidExperiment where no measurement is possible
   */
  async run(): Promise<Verdict> {
    const { plan } = this.#config;
    await this.#warmUp();
    for (let index = 0; ; index += 1) {
      const block = blockOf(plan, index);
      const measured =
        plan.mode === 'toggle'
          ? await this.#toggleBlock(index, block)
          : await this.#headerBlock(index, block);
      this.#session.add(index, measured);
      this.#metrics.addBlock(index, measured, this.#session.arms());
      const { verdict, guards } = this.#judge();
      console.log(blockLine(plan, index, verdict));
      if (index + 1 === plan.blocks || this.#endsWith(verdict, guards, index + 1)) return verdict;
    }
  }

  /** Enough evidence; or what no more blocks can mend: flags that are not as they should be, a drowned generator. */
  #endsWith(verdict: Verdict, guards: readonly Guard[], measured: number): boolean {
    if (guards.some(({ name, held }) => name === 'flags echoed' && !held)) return true;
    // A hiccup makes p99 late, and more blocks mend it; half of all requests late is a generator that cannot keep up.
    if (quantile(this.#latenessMs, 0.5) > LATENESS_LIMIT) return true;
    const firstLook = this.#run.question.looks[0]?.blocks ?? this.#config.plan.blocks;
    return measured >= Math.min(firstLook, 5) && isSettled(verdict);
  }

  #judge(): { verdict: Verdict; guards: Guard[] } {
    const startLatenessP99 = quantile(this.#latenessMs, 0.99);
    const judged = judgeExperiment(this.#run.question, this.#session.arms(), {
      startLatenessP99,
      echoMismatches: this.#mismatches,
      wrongFlags: [...this.#wrongFlags],
      successfulAnswers: this.#answers,
    });
    this.#metrics.setJudgement(startLatenessP99, judged.verdict);
    return judged;
  }

  /** Requests that nobody counts, in each arm, rising to the full rate: connections, caches, just-in-time compilers. */
  async #warmUp(): Promise<void> {
    const { plan } = this.#config;
    const arms = plan.mode === 'toggle' ? orderOf(plan, 0) : [0];
    const count = Math.round((plan.rate * plan.warmUpSeconds) / 2);
    const rising = Array.from({ length: count }, (_, i) => plan.warmUpSeconds * 1_000 * Math.sqrt(i / count));
    for (const arm of arms) {
      if (plan.mode === 'toggle') await this.#switchTo(this.#arm(arm));
      await this.#sendUncounted(rising, 'warm-up');
    }
  }

  /** One block of whole-system arms, in its random order. */
  async #toggleBlock(index: number, block: Block): Promise<ArmOfBlock[]> {
    const { plan } = this.#config;
    const measured: ArmOfBlock[] = [];
    for (const armIndex of orderOf(plan, index)) {
      const arm = this.#arm(armIndex);
      await this.#switchTo(arm);
      await this.#settle(`${index}/${armIndex}`);
      const [only] = await this.#measure(index, block, [arm], () => 0);
      if (only !== undefined) measured[armIndex] = only;
    }
    return measured;
  }

  /** One block in which each request carries the flags of its arm. */
  async #headerBlock(index: number, block: Block): Promise<ArmOfBlock[]> {
    await this.#renewToken();
    return this.#measure(index, block, this.#config.plan.arms, (request) => block.assignment[request] ?? 0);
  }

  /** The measured stream of one arm, or of all arms request by request. */
  async #measure(
    index: number,
    block: Block,
    arms: readonly Arm[],
    armOf: (request: number) => number,
  ): Promise<ArmOfBlock[]> {
    const byHeader = this.#config.plan.mode === 'header';
    const startedAtMs = Date.now();
    const measured = arms.map(() => ({ startedAtMs, latencies: [] as number[], errors: 0 }));
    const lanes = arms.map(({ name, flags }) => ({
      flags,
      byHeader,
      tags: { arm: name, block: String(index + 1) },
    }));
    await this.#traffic.measure(
      block.arrivals,
      block.payloadSeed,
      lanes,
      armOf,
      ({ lane, latencyMs, lateMs, failed, wrongFlag }) => {
        this.#latenessMs.push(lateMs);
        const into = measured[lane];
        if (into === undefined) return;
        into.latencies.push(latencyMs);
        if (failed) into.errors += 1;
        else this.#countEcho(wrongFlag);
      },
    );
    this.#checkDeadline();
    return measured;
  }

  #countEcho(wrongFlag: Flag | null): void {
    this.#answers += 1;
    if (wrongFlag !== null) {
      this.#mismatches += 1;
      this.#wrongFlags.add(wrongFlag);
    }
    this.#metrics.addAnswer(wrongFlag);
  }

  async #switchTo(arm: Arm): Promise<void> {
    this.#checkDeadline();
    await this.#renewToken();
    await this.#traffic.switchTo(arm.flags);
  }

  async #settle(name: string): Promise<void> {
    const { plan } = this.#config;
    const count = Math.round(plan.rate * plan.settleSeconds);
    const random = seeded(`${plan.seed}/settle/${name}`);
    await this.#sendUncounted(
      arrivalTimes(count, plan.settleSeconds * 1_000, plan.arrivals, random),
      `settle/${name}`,
    );
  }

  async #sendUncounted(arrivals: readonly number[], name: string): Promise<void> {
    const { plan } = this.#config;
    if (plan.mode === 'header') await this.#renewToken();
    await this.#traffic.sendUncounted(arrivals, `${plan.seed}/${name}`);
    this.#checkDeadline();
  }

  async #renewToken(): Promise<void> {
    const { warmUpSeconds, settleSeconds, seconds } = this.#config.plan;
    await this.#traffic.renewToken(Math.max(warmUpSeconds, settleSeconds + seconds) * 1_000);
  }

  #arm(index: number): Arm {
    const arm = this.#config.plan.arms[index];
    if (arm === undefined) throw new RangeError(`no arm ${index}`);
    return arm;
  }

  #checkDeadline(): void {
    if (Date.now() <= this.#endsAt) return;
    const { blocks } = this.#config.plan;
    throw new InvalidExperiment(
      'deadline',
      `the experiment of ${blocks} blocks (${planSize(this.#config.plan).seconds} s as planned) did not end by its deadline`,
    );
  }
}
