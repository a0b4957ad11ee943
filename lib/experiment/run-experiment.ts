/**
 * The overhead experiment. For each block, for each arm in random order: switch the target, let it settle, send an open
 * stream of requests, wait for every answer; then estimate, print one line, and stop as soon as the evidence is enough.
 */
import type { ExperimentConfig } from '../config/experiment-config.ts';
import { quantile } from '../statistics/quantile.ts';
import { seeded } from '../statistics/random.ts';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import { carryOver, isCarried, type CarryOver } from './carry-over.ts';
import { conclude, type Ending } from './conclude.ts';
import { Effect } from './effect.ts';
import { explain } from './explain.ts';
import { FurtherTimes } from './further-times.ts';
import { furtherTimes } from '../metrics/latency-metrics.ts';
import type { Guard } from './guards.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import { costsOfWindow, estimateCosts, type CostEstimate, type Reading } from './costs.ts';
import { correlationsOf } from './curve.ts';
import { judgeExperiment, p95BudgetMs, type Question } from './judge-experiment.ts';
import { lookAfter } from '../statistics/spending.ts';
import { cellName, cellNames, deploymentsDifference } from './deployments.ts';
import { arrivalTimes, blockOf, orderOf, partsOf, risingTimes, settleSecondsOf, type Block } from './plan.ts';
import { planSize, SETTLE_SPREAD, type Plan } from '../config/experiment-plan.ts';
import type { Arm } from '../config/arms.ts';
import type { Port } from './port.ts';
import { blockLine } from './progress.ts';
import {
  recordBlock,
  recordCarryOver,
  recordCorrelations,
  recordCosts,
  recordDeployments,
  recordEcho,
  recordJudgement,
  recordSlow,
  recordVerdict,
} from './record-experiment.ts';
import { armNamed, type ArmMeasurement, type Visit } from './measurement.ts';
import { Session, type ArmOfBlock } from './session.ts';
import { packSlow } from './slow-slices.ts';
import { longerSeconds, stallsOf } from './stalls.ts';
import { LATENESS_LIMIT } from './stream.ts';
import { Traffic, type Bodies } from './traffic.ts';
import { isSettled, type Verdict } from './verdict.ts';

/** What an experiment is, made once. */
export interface ExperimentSettings extends Bodies {
  readonly config: ExperimentConfig;
  readonly question: Question;
  /** From its start; it ends as INVALID where it takes longer. */
  readonly deadlineMs: Milliseconds;
}

/** How often queues are looked at. */
const DRAIN_TICK_MS: Milliseconds = 100;

/** Runs an experiment of arms from its first block to its verdict. */
export function runExperiment(settings: ExperimentSettings, port: Port): Promise<Ending<Verdict['kind']>> {
  return conclude(port, async () => {
    const experiment = new Experiment(settings, port);
    const verdict = await experiment.run();
    recordVerdict(port.record, verdict);
    return { kind: verdict.kind, text: explain(verdict, settings.question.plan, experiment.longerSeconds()) };
  });
}

/** An arm of a block before its costs are known, and when each of its successful answers was there, in ms from its start. */
type MeasuredArm = Omit<ArmOfBlock, 'costs'> & { readonly finishedMs: Milliseconds[] };

/** What is known after a block. */
interface AfterBlock {
  readonly verdict: Verdict;
  readonly guards: readonly Guard[];
  readonly carryOver: CarryOver | null;
}

class Experiment {
  readonly #plan: Plan;
  readonly #question: Question;
  readonly #traffic: Traffic;
  readonly #port: Port;
  readonly #effect: Effect;
  /** Of the arms, in the order of the plan. */
  readonly #names: readonly string[];
  readonly #session: Session;
  readonly #times: FurtherTimes;
  readonly #latenessMs: Milliseconds[] = [];
  readonly #endsAt: Milliseconds;
  readonly #noAnswerMs: Milliseconds;
  /** In the order of time; none in header mode. */
  readonly #visits: Visit[] = [];
  /** Of the two arms on both deployments; null where these do not exchange their settings. */
  readonly #cells: Session | null;
  /** Visits since the deployments exchanged their settings. */
  #sinceExchange = Infinity;
  readonly #drainMs: Milliseconds;
  /** What the queues that are watched held before the first request. */
  #idle: readonly number[] | null = null;
  #answers = 0;
  /** Answers that echo other flags than asked for, by the first that differs. */
  readonly #wrongFlags = new Map<string, number>();

  constructor({ config, question, deadlineMs, ...inputs }: ExperimentSettings, port: Port) {
    this.#plan = config.plan;
    this.#drainMs = config.drainMs;
    this.#question = question;
    this.#traffic = new Traffic(config, inputs, port);
    this.#port = port;
    this.#effect = new Effect(config, port);
    this.#names = config.plan.arms.map(({ name }) => name);
    const session = (of: readonly string[]) => new Session(of, config.plan.blocks, config.api.timeoutMs);
    this.#session = session(this.#names);
    this.#cells = config.plan.deployments === 'crossed' ? session(cellNames(this.#names)) : null;
    this.#times = new FurtherTimes(furtherTimes(config.api), question, config.api.timeoutMs);
    this.#noAnswerMs = config.api.timeoutMs;
    this.#endsAt = port.now() + deadlineMs;
  }

  /**
   * Runs blocks until the evidence is enough or the plan is through.
   * @throws InvalidExperiment where no measurement is possible
   */
  async run(): Promise<Verdict> {
    const plan = this.#plan;
    if (plan.mode === 'toggle') this.#idle = await this.#port.queues();
    await this.#warmUp();
    for (let index = 0; ; index += 1) {
      const block = blockOf(plan, index);
      const measured =
        plan.mode === 'toggle'
          ? await this.#toggleBlock(index, block)
          : await this.#headerBlock(index, block);
      this.#session.add(index, measured);
      recordBlock(this.#port.record, index, measured, this.#session.arms());
      this.#times.record(this.#port.record, index, this.#names);
      const judged = this.#judge(index + 1);
      this.#port.log(blockLine(plan, index, judged.verdict));
      if (index + 1 === plan.blocks || this.#endsWith(judged, index + 1)) return judged.verdict;
    }
  }

  /** Enough evidence; or what no more blocks can mend: flags that are not as they should be, a drowned generator. */
  #endsWith({ verdict, guards, carryOver }: AfterBlock, measured: number): boolean {
    if (guards.some(({ name, held }) => name === 'flags echoed' && !held)) return true;
    // A hiccup makes p99 late, and more blocks mend it; half of all requests late is a generator that cannot keep up.
    if (quantile(this.#latenessMs, 0.5) > LATENESS_LIMIT) return true;
    const firstLook = this.#question.looks[0]?.blocks ?? this.#plan.blocks;
    // What is alike because arms follow each other passes too soon.
    if (verdict.kind === 'PASS' && carryOver?.predecessors === null) return false;
    return measured >= Math.min(firstLook, 5) && isSettled(verdict);
  }

  /** @param measured so many blocks */
  #judge(measured: number): AfterBlock {
    const { baseline, treatment } = this.#question;
    const startLatenessP99 = quantile(this.#latenessMs, 0.99);
    const arms = this.#session.arms();
    const correlations = correlationsOf(armNamed(arms, baseline), armNamed(arms, treatment));
    const carryOver = this.#carryOver(arms);
    this.#recordSlow(arms);
    this.#recordDeployments();
    const costs = this.#costs(measured);
    const seen = {
      startLatenessP99,
      echoMismatches: [...this.#wrongFlags.values()].reduce((sum, count) => sum + count, 0),
      wrongFlags: [...this.#wrongFlags.keys()],
      successfulAnswers: this.#answers,
      carryOver,
    };
    const judged = judgeExperiment(this.#question, arms, seen, costs, correlations);
    recordJudgement(this.#port.record, startLatenessP99, judged.verdict);
    recordCorrelations(this.#port.record, correlations);
    return { ...judged, carryOver };
  }

  /** Where each arm has a deployment of its own, nobody asks each what it says about itself. */
  #reading(): Promise<Reading | null> {
    return this.#plan.deployments === undefined ? this.#port.reading() : Promise.resolve(null);
  }

  #costs(measured: number): CostEstimate[] {
    const { baseline, treatment } = this.#question;
    const costs = estimateCosts(
      this.#session.costsOf(baseline),
      this.#session.costsOf(treatment),
      lookAfter(this.#question.looks, measured),
    );
    recordCosts(this.#port.record, costs, { baseline, treatment });
    return costs;
  }

  /** What the P95 of the two arms that are compared rests on. */
  #recordSlow(arms: readonly ArmMeasurement[]): void {
    const { baseline, treatment, plan } = this.#question;
    for (const name of [baseline, treatment]) {
      const visits = this.#visitsOf(name);
      if (visits.length === 0) continue;
      const { p95 } = armNamed(arms, name);
      const slow = wholeVisits(visits, plan).map((visit) => packSlow(visit, p95, plan.seconds * 1_000));
      recordSlow(this.#port.record, name, stallsOf(visits), slow);
    }
  }

  /** How long its blocks would better be; null as they are. */
  longerSeconds(): Seconds | null {
    const { baseline, treatment, plan } = this.#question;
    const longer = [baseline, treatment].flatMap((name) => {
      const visits = this.#visitsOf(name);
      return visits.length === 0 ? [] : (longerSeconds(stallsOf(visits), plan.seconds) ?? []);
    });
    return longer.length === 0 ? null : Math.max(...longer);
  }

  #visitsOf(name: string): Visit[] {
    return this.#visits.filter(({ arm }) => arm === name);
  }

  #recordDeployments(): void {
    if (this.#cells === null) return;
    const { baseline, treatment } = this.#question;
    recordDeployments(this.#port.record, deploymentsDifference(this.#cells.arms(), baseline, treatment));
  }

  #carryOver(arms: readonly ArmMeasurement[]): CarryOver | null {
    const { plan, baseline, treatment } = this.#question;
    if (this.#visits.length === 0 || !isCarried(plan)) return null;
    const found = carryOver(this.#visits, {
      baseline,
      treatment,
      budgetMs: p95BudgetMs(this.#question, arms),
      noAnswerMs: this.#noAnswerMs,
      settleSeconds: plan.settleSeconds,
      seconds: plan.deployments === 'crossed' ? plan.seconds / 2 : plan.seconds,
    });
    recordCarryOver(this.#port.record, found);
    return found;
  }

  /** Requests that nobody counts, in each arm, rising to the full rate: connections, caches, just-in-time compilers. */
  async #warmUp(): Promise<void> {
    const plan = this.#plan;
    const arms = plan.mode === 'toggle' ? orderOf(plan, 0) : [0];
    const rising = risingTimes(plan.rate, plan.warmUpSeconds);
    for (const arm of arms) {
      if (plan.mode === 'toggle') await this.#switchTo(this.#arm(arm));
      await this.#sendUncounted(rising, 'warm-up');
    }
  }

  /** One block of whole-system arms, in its random order. */
  async #toggleBlock(index: number, block: Block): Promise<ArmOfBlock[]> {
    const cells = new Map<string, ArmOfBlock>();
    const plan = this.#plan;
    for (const part of partsOf(plan, index, block)) {
      const { isCrossed, order, arrivals } = part;
      if (await this.#traffic.cross(isCrossed)) this.#sinceExchange = 0;
      for (const armIndex of order) {
        const arm = this.#arm(armIndex);
        await this.#switchTo(arm);
        const seen = await this.#effect.watch(arm, this.#traffic.baseUrl);
        await this.#settle(`${index}/${armIndex}${isCrossed ? '/crossed' : ''}`);
        await seen.settled();
        const before = await this.#reading();
        const [only] = await this.#measure(index, part, [arm], () => 0);
        await this.#traffic.confirm(arm);
        if (only === undefined) continue;
        const after = await this.#reading();
        await seen.ended();
        const costs = costsOfWindow(before, after, plan.seconds, only.latencies.length, only.finishedMs);
        cells.set(cellName(arm.name, isCrossed), { ...only, costs });
        const { startedAtMs, latencies } = only;
        const latencyMs = Float64Array.from(latencies);
        const visit = { arm: arm.name, startedAtMs, dueMs: arrivals, latencyMs };
        const sinceExchange = this.#sinceExchange;
        this.#visits.push(plan.deployments === 'crossed' ? { ...visit, sinceExchange } : visit);
        this.#sinceExchange += 1;
      }
    }
    const measuredIn = (names: readonly string[]) => names.flatMap((name) => cells.get(name) ?? []);
    this.#cells?.add(index, measuredIn(cellNames(this.#names)));
    return this.#names.flatMap((name) => joined(measuredIn(cellNames([name]))));
  }

  /** One block in which each request carries the flags of its arm. */
  async #headerBlock(index: number, block: Block): Promise<ArmOfBlock[]> {
    await this.#renewToken();
    const arms = await this.#measure(
      index,
      block,
      this.#plan.arms,
      (request) => block.assignment[request] ?? 0,
    );
    // Both arms share one process at the same time: nobody can say whose its processor time is.
    return arms.map((arm) => ({
      ...arm,
      costs: costsOfWindow(null, null, this.#plan.seconds, arm.latencies.length, arm.finishedMs),
    }));
  }

  /** The measured stream of one arm, or of all arms request by request. */
  async #measure(
    index: number,
    { arrivals, payloadSeed }: Pick<Block, 'arrivals' | 'payloadSeed'>,
    arms: readonly Arm[],
    armOf: (request: number) => number,
  ): Promise<MeasuredArm[]> {
    const byHeader = this.#plan.mode === 'header';
    const startedAtMs = this.#port.now();
    const measured: MeasuredArm[] = arms.map(() => ({
      startedAtMs,
      latencies: [],
      errors: 0,
      finishedMs: [],
    }));
    const places = placesOf(arrivals.length, armOf);
    const lanes = arms.map(({ name, flags }) => ({
      flags,
      kind: 'workflow' as const,
      byHeader,
      tags: { arm: name, block: String(index + 1) },
    }));
    let answers = 0;
    const wrongFlags = new Map<string, number>();
    await this.#traffic.measure({
      arrivals,
      seed: payloadSeed,
      lanes,
      laneOf: armOf,
      seen: (answered) => {
        const { request, lane, latencyMs, lateMs, failed, wrongFlag } = answered;
        this.#latenessMs.push(lateMs);
        const into = measured[lane];
        if (into === undefined) return;
        this.#times.add(index, arms[lane]?.name ?? '', answered);
        into.latencies[places[request] ?? 0] = latencyMs;
        if (failed) into.errors += 1;
        else {
          answers += 1;
          const tookMs = Math.max(latencyMs, answered.times.answer ?? 0);
          into.finishedMs.push((arrivals[request] ?? 0) + lateMs + tookMs);
        }
        if (wrongFlag !== null) wrongFlags.set(wrongFlag, (wrongFlags.get(wrongFlag) ?? 0) + 1);
      },
    });
    this.#checkDeadline();
    this.#addEcho(answers, wrongFlags);
    return measured;
  }

  #addEcho(answers: number, wrongFlags: ReadonlyMap<string, number>): void {
    this.#answers += answers;
    for (const [flag, count] of wrongFlags)
      this.#wrongFlags.set(flag, (this.#wrongFlags.get(flag) ?? 0) + count);
    recordEcho(this.#port.record, answers, wrongFlags);
  }

  async #switchTo(arm: Arm): Promise<void> {
    this.#checkDeadline();
    await this.#drain();
    await this.#renewToken();
    await this.#traffic.switchTo(arm);
  }

  /** What an arm leaves in the queues would be the next one's work. */
  async #drain(): Promise<void> {
    const idle = this.#idle;
    if (idle === null) return;
    const giveUpAt = this.#port.now() + this.#drainMs;
    while (this.#port.now() < giveUpAt) {
      const lengths = await this.#port.queues();
      if (lengths === null || lengths.every((length, i) => length <= (idle[i] ?? 0))) return;
      await this.#port.sleep(DRAIN_TICK_MS);
    }
  }

  async #settle(visit: string): Promise<void> {
    const plan = this.#plan;
    const name = `settle/${visit}`;
    const random = seeded(`${plan.seed}/${name}`);
    const seconds = settleSecondsOf(plan, random);
    const count = Math.round(plan.rate * seconds);
    await this.#sendUncounted(arrivalTimes(count, seconds * 1_000, plan.arrivals, random), name);
  }

  async #sendUncounted(arrivals: readonly number[], name: string): Promise<void> {
    const plan = this.#plan;
    if (plan.mode === 'header') await this.#renewToken();
    await this.#traffic.sendUncounted(arrivals, `${plan.seed}/${name}`);
    this.#checkDeadline();
  }

  async #renewToken(): Promise<void> {
    const { warmUpSeconds, settleSeconds, seconds } = this.#plan;
    const longest = Math.max(warmUpSeconds, (1 + SETTLE_SPREAD) * settleSeconds + seconds);
    await this.#traffic.renewToken(longest * 1_000);
  }

  #arm(index: number): Arm {
    const arm = this.#plan.arms[index];
    if (arm === undefined) throw new RangeError(`no arm ${index}`);
    return arm;
  }

  #checkDeadline(): void {
    if (this.#port.now() <= this.#endsAt) return;
    const { blocks } = this.#plan;
    throw new InvalidExperiment(
      'deadline',
      `the experiment of ${blocks} blocks (${planSize(this.#plan).seconds} s as planned) did not end by its deadline`,
    );
  }
}

/** What an arm has measured in the parts of a block; none where it has nothing. */
function joined(parts: readonly ArmOfBlock[]): ArmOfBlock[] {
  const [first, second] = parts;
  if (first === undefined || second === undefined) return [...parts];
  return [
    {
      startedAtMs: Math.min(first.startedAtMs, second.startedAtMs),
      latencies: [...first.latencies, ...second.latencies],
      errors: first.errors + second.errors,
      costs: costsOfWindow(null, null, 1, 0, []),
    },
  ];
}

/** The visits of an arm, one for each block: the halves of a block with exchanged deployments as if one had followed the other. */
function wholeVisits(visits: readonly Visit[], { deployments, seconds }: Plan): readonly Visit[] {
  if (deployments !== 'crossed') return visits;
  const middle = seconds * 500;
  return visits.flatMap((first, i): Visit[] => {
    const second = visits[i + 1];
    if (i % 2 === 1 || second === undefined) return [];
    return [
      {
        ...first,
        dueMs: [...Array.from(first.dueMs), ...Array.from(second.dueMs, (due) => due + middle)],
        latencyMs: [...Array.from(first.latencyMs), ...Array.from(second.latencyMs)],
      },
    ];
  });
}

/** The place of each request among those of its arm, in the order in which they start. */
function placesOf(requests: number, armOf: (request: number) => number): number[] {
  const next: number[] = [];
  return Array.from({ length: requests }, (_, request) => {
    const arm = armOf(request);
    const place = next[arm] ?? 0;
    next[arm] = place + 1;
    return place;
  });
}
