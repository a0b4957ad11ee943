/**
 * The overhead experiment: one asynchronous function in one virtual user. For each block, for each arm in random order:
 * switch the target, let it settle, send an open stream of requests, wait for every answer; then estimate, print one
 * line, and stop as soon as the evidence is enough.
 */
import { check } from 'k6';
import http from 'k6/http';
import type { Arm, Block } from '../overhead/plan.ts';
import { arrivalTimes, blockOf, orderOf, planSize } from '../overhead/plan.ts';
import type { ArmOfBlock } from '../overhead/session.ts';
import { Session } from '../overhead/session.ts';
import { seeded } from '../overhead/random.ts';
import { quantile } from '../overhead/quantile.ts';
import { judgeExperiment } from '../overhead/judge-experiment.ts';
import { isSettled, type Verdict } from '../overhead/verdict.ts';
import { LATENESS_LIMIT, type Guard } from '../overhead/guards.ts';
import { firstDifference, flagHeaders, formatFlags, parseFlags } from '../workflow/flags.ts';
import { indexOf } from '../workflow/pick.ts';
import type { InvalidReason } from '../result/overhead-metrics.ts';
import { blockLine } from '../result/progress.ts';
import { checksOf, type Answer } from './checks.ts';
import type { ExperimentMetrics } from './experiment-metrics.ts';
import type { OverheadRun } from './overhead-run.ts';
import { controlOf, type ControlSource } from './probe.ts';
import { openStream } from './stream.ts';
import { headerOf, writeFlags } from './switch.ts';
import { tokenOf } from './token.ts';
import type { OverheadConfig } from '../config/overhead-config.ts';
import type { Flag } from '../../thresholds/types.ts';

/** An experiment that cannot go on; its message is one line. */
export class InvalidExperiment extends Error {
  readonly reason: InvalidReason;
  constructor(reason: InvalidReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** One request as it was answered. */
interface Outcome {
  latencyMs: number;
  failed: boolean;
  /** The first flag that the answer does not echo as asked for; `null` where all are or it failed. */
  wrongFlag: Flag | null;
}

export class Experiment {
  readonly #run: OverheadRun;
  readonly #config: OverheadConfig;
  readonly #source: ControlSource<OverheadConfig>;
  readonly #metrics: ExperimentMetrics;
  readonly #token: ReturnType<typeof tokenOf>;
  readonly #checks: ReturnType<typeof checksOf>;
  readonly #session: Session;
  readonly #latenessMs: number[] = [];
  readonly #endsAt: number;
  #headers: Record<string, string> = {};
  #answers = 0;
  #mismatches = 0;

  constructor(run: OverheadRun, source: ControlSource<OverheadConfig>, metrics: ExperimentMetrics) {
    this.#run = run;
    this.#config = run.config;
    this.#source = source;
    this.#metrics = metrics;
    this.#token = tokenOf(source.user, source.token);
    this.#checks = checksOf(run.config.api.success, null);
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
    const seen = { startLatenessP99, echoMismatches: this.#mismatches, successfulAnswers: this.#answers };
    const judged = judgeExperiment(this.#run.question, this.#session.arms(), seen);
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
    const bodies = this.#bodiesOf(block.payloadSeed, block.arrivals.length);
    const byHeader = this.#config.plan.mode === 'header';
    const measured = arms.map((arm) => ({
      arm,
      latencies: [] as number[],
      errors: 0,
      tags: { kind: 'workflow', arm: arm.name, block: String(index + 1) },
      headers: byHeader
        ? { ...this.#headers, ...flagHeaders(this.#config.switching, arm.flags) }
        : this.#headers,
    }));
    await openStream(block.arrivals, async (request, lateMs) => {
      this.#latenessMs.push(lateMs);
      const into = measured[armOf(request)];
      if (into === undefined) return;
      const { latencyMs, failed, wrongFlag } = await this.#send(
        bodies[request] ?? '',
        into.headers,
        into.tags,
        into.arm,
      );
      into.latencies.push(latencyMs);
      if (failed) into.errors += 1;
      else this.#countEcho(wrongFlag);
    });
    this.#checkDeadline();
    return measured;
  }

  #countEcho(wrongFlag: Flag | null): void {
    this.#answers += 1;
    if (wrongFlag !== null) this.#mismatches += 1;
    this.#metrics.addAnswer(wrongFlag);
  }

  async #send(
    body: string,
    headers: Record<string, string>,
    tags: Record<string, string>,
    arm: Arm,
  ): Promise<Outcome> {
    const { api, baseUrl } = this.#config;
    const answer = await http.asyncRequest(api.method, baseUrl + api.endpoint, body, {
      headers,
      tags,
      timeout: api.timeoutMs,
      responseType: api.success.json === undefined ? 'none' : 'text',
    });
    const failed = !check(answer, this.#checks, tags);
    return {
      // Timed out, refused, reset, not resolved: no answer counts as the time-out.
      latencyMs: answer.status === 0 ? api.timeoutMs : answer.timings.duration,
      failed,
      wrongFlag: failed ? null : this.#wrongFlag(answer, arm),
    };
  }

  #wrongFlag(answer: Answer, arm: Arm): Flag | null {
    const { echo, names } = this.#config.switching;
    return firstDifference(arm.flags, parseFlags(headerOf(answer, echo?.header ?? ''), names));
  }

  async #switchTo(arm: Arm): Promise<void> {
    this.#checkDeadline();
    await this.#renewToken();
    const control = await controlOf(this.#source);
    const problem = writeFlags(control, arm.flags);
    if (problem !== null)
      throw new InvalidExperiment(
        'not_switched',
        `the target did not switch to ${formatFlags(arm.flags)}: ${problem}`,
      );
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
    if (this.#config.plan.mode === 'header') await this.#renewToken();
    const bodies = this.#bodiesOf(`${this.#config.plan.seed}/${name}`, arrivals.length);
    const { api, baseUrl } = this.#config;
    await openStream(arrivals, async (request) => {
      await http.asyncRequest(api.method, baseUrl + api.endpoint, bodies[request] ?? '', {
        headers: this.#headers,
        tags: { kind: 'control' },
        timeout: api.timeoutMs,
        responseType: 'none',
      });
    });
    this.#checkDeadline();
  }

  /** A token that outlives the stream that follows: to fetch one on the way would hold up its requests. */
  async #renewToken(): Promise<void> {
    const { plan, api } = this.#config;
    const seconds = Math.max(plan.warmUpSeconds, plan.settleSeconds + plan.seconds);
    try {
      const token = await this.#token(seconds * 1_000 + 2 * api.timeoutMs);
      this.#headers = {
        ...api.headers,
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      };
    } catch (error) {
      throw new InvalidExperiment('no_token', error instanceof Error ? error.message : String(error));
    }
  }

  #bodiesOf(seed: string, count: number): string[] {
    const random = seeded(seed);
    return Array.from(
      { length: count },
      () => this.#run.bodies[indexOf(random.uniform(), this.#run.upTo)] ?? '',
    );
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
