/** A series of whole runs in pairs: switch, wait, load, judge, until the evidence is enough. */
import { relative } from 'node:path';
import { judgeRuns, type JudgedRuns, type RunPair } from '../../lib/compare/judge-runs.ts';
import type { MeasuredRun } from '../../lib/compare/measured-run.ts';
import type { Ending } from '../../lib/compare/overhead-of-runs.ts';
import { pairLine, runLine, type Place } from '../../lib/compare/progress.ts';
import { ofEnoughRequests } from '../../lib/compare/read-run.ts';
import { runOfResult } from '../../lib/compare/suite-result.ts';
import { settingsOfRunsGuard, type Guard } from '../../lib/experiment/guards.ts';
import { LEAST_REQUESTS, LEAST_BLOCKS } from '../../lib/config/experiment-plan.ts';
import { seeded } from '../../lib/statistics/random.ts';
import { isSettled } from '../../lib/experiment/verdict.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import type { Client } from '../../lib/api/client.ts';
import { firstDifference } from '../../lib/api/flags.ts';
import { formatFlags } from '../../lib/config/settings.ts';
import { echoOf } from '../../lib/config/switching.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { clientOfRun } from '../api/client.ts';
import { messageOf } from '../errors.ts';
import { progress } from '../say.ts';
import { reportOf, saveReport, type Report } from '../scenario/report.ts';
import { Interrupted, type Interrupts } from './interrupts.ts';
import { LOADED, runLoad } from './load-run.ts';
import { lettersOf, orderOfPair, type RunsArm, type RunsSettings } from './runs-settings.ts';
import { runShellCommand } from '../process/shell-command.ts';

/** While a rollout goes on, old and new instances answer in turn: one right answer proves little. */
const IN_A_ROW = 3;

/** The series proves nothing; the message is one line. */
class InvalidSeries extends Error {
  override readonly name = 'InvalidSeries';
}

export class RunsSeries {
  readonly #settings: RunsSettings;
  readonly #k6: string;
  readonly #interrupts: Interrupts;
  readonly #startedAt = performance.now();
  readonly #pairs: RunPair[] = [];
  readonly #results: RunResult[] = [];
  readonly #orders: string[] = [];
  #judged: JudgedRuns | null = null;
  /** The arm whose flags the target had at the start; null where it had neither's, or did not say. */
  #found: RunsArm | null = null;
  /** The arm that the latest command was to bring about; null before the first. */
  #commanded: RunsArm | null = null;
  /** The arm that the target is known to be at; null while a command runs. */
  #inForce: RunsArm | null = null;

  constructor(settings: RunsSettings, k6: string, interrupts: Interrupts) {
    this.#settings = settings;
    this.#k6 = k6;
    this.#interrupts = interrupts;
  }

  get pairs(): readonly RunPair[] {
    return this.#pairs;
  }

  /** Of all whole runs, in the order of time. */
  get results(): readonly RunResult[] {
    return this.#results;
  }

  /** The order of the arms of each measured pair: `BT` or `TB`. */
  get orders(): readonly string[] {
    return this.#orders;
  }

  /** Runs pairs until the evidence is enough or the plan is through. Never throws for what can go wrong on the way. */
  async run(): Promise<Ending> {
    try {
      this.#found = await this.#armInForce();
      for (let index = 0; ; index += 1) {
        const judged = await this.#runPair(index);
        if (this.#isOver(judged, index + 1)) return { kind: 'judged', judged };
      }
    } catch (error) {
      if (this.#interrupts.signal.aborted || error instanceof Interrupted) {
        return { kind: 'interrupted', judged: this.#judged };
      }
      if (error instanceof InvalidSeries)
        return { kind: 'invalid', reason: error.message, judged: this.#judged };
      throw error;
    }
  }

  /**
   * Leaves the target as it was found, if that is known: the latest command is the one of the arm found at the start.
   * @returns whether it was; null where nothing was switched. `note` says what was left otherwise
   */
  async restore(): Promise<{ restored: boolean | null; note: string | null }> {
    const [commanded, found] = [this.#commanded, this.#found];
    if (commanded === null) return { restored: null, note: null };
    if (found === null) {
      const flags = formatFlags(commanded.flags);
      return {
        restored: false,
        note: `The target was left with ${flags}: at the start it had the flags of neither arm, or did not say.`,
      };
    }
    if (this.#inForce === found) return { restored: true, note: null };
    this.#interrupts.renew();
    progress(`putting back what was found: ${formatFlags(found.flags)}`);
    try {
      await this.#switchTo(found);
      return { restored: true, note: null };
    } catch (error) {
      return {
        restored: false,
        note: `The target was left as it is: the flags found at the start could not be put back: ${messageOf(error)}`,
      };
    }
  }

  /** Only from the fifth pair on may the evidence end a series, as in the experiment. */
  #isOver({ verdict }: JudgedRuns, measured: number): boolean {
    const { planned } = this.#settings.question;
    return measured >= planned || (measured >= LEAST_BLOCKS.runs && isSettled(verdict));
  }

  /** Both arms, in random order, with the same payloads. */
  async #runPair(index: number): Promise<JudgedRuns> {
    const { question, seed } = this.#settings;
    const order = orderOfPair(this.#settings, index);
    const pairSeed = Math.floor(seeded(`${seed}/pair/${index}`).uniform() * 2 ** 32);
    const runs = new Map<RunsArm['name'], MeasuredRun>();
    for (const [done, arm] of order.entries()) {
      await this.#bringAbout(arm);
      const run = await this.#load(arm, index + 1, pairSeed);
      runs.set(arm.name, run);
      if (done === 0)
        progress(runLine(this.#place(index + 1, 2 * index + 1), arm.name, run.p95Ms, run.requests ?? 0));
    }
    const [baseline, treatment] = [runs.get('baseline'), runs.get('treatment')];
    if (baseline === undefined || treatment === undefined)
      throw new RangeError(`pair ${index + 1} lacks an arm`);
    this.#pairs.push({ baseline, treatment });
    this.#orders.push(lettersOf(order));
    this.#judged = judgeRuns(question, this.#pairs, this.#guards());
    progress(pairLine(this.#place(index + 1, 2 * index + 2), this.#judged.verdict));
    return this.#judged;
  }

  #place(pair: number, doneRuns: number): Place {
    const { planned } = this.#settings.question;
    const each = (performance.now() - this.#startedAt) / doneRuns;
    return { pair, planned, leftMs: each * (2 * planned - doneRuns) };
  }

  /** Conditions without which the series would have ended already. */
  #guards(): Guard[] {
    const runs = 2 * this.#pairs.length;
    const [{ config }] = this.#settings.arms;
    return [
      {
        name: 'requests as planned',
        held: true,
        message: `each of ${runs} runs came to its end, with at least ${LEAST_REQUESTS} requests and none dropped`,
      },
      settingsOfRunsGuard(echoOf(config.switching) === undefined ? 'read' : 'echo', runs),
    ];
  }

  /** Brings the target to an arm; one with a deployment of its own is there already. */
  async #bringAbout(arm: RunsArm): Promise<void> {
    try {
      await this.#switchTo(arm);
    } catch (error) {
      this.#interrupts.signal.throwIfAborted();
      throw new InvalidSeries(messageOf(error));
    }
  }

  /** @throws Error one line */
  async #switchTo(arm: RunsArm): Promise<void> {
    const { commandTimeoutMs, readyTimeoutMs } = this.#settings;
    const { signal } = this.#interrupts;
    if (arm.command !== null) {
      this.#commanded = arm;
      this.#inForce = null;
      await runShellCommand(arm.command.line, commandTimeoutMs, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw new Error(`${arm.command?.option ?? ''} ${messageOf(error)}`, { cause: error });
      });
    }
    const client = await this.#client(arm);
    const patience = { timeoutMs: readyTimeoutMs, inARow: IN_A_ROW, proof: 'echo' } as const;
    await client.waitForFlags(arm.flags, patience).catch((error: unknown) => {
      signal.throwIfAborted();
      const what = `the ${arm.name} is not ready with ${formatFlags(arm.flags)}`;
      throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
    });
    this.#inForce = arm;
  }

  /** One run of the scenario; its report states the flags that the target named before and after it. */
  async #load(arm: RunsArm, pair: number, seed: number): Promise<MeasuredRun> {
    const { scenario, variables, env } = this.#settings;
    const which = `the ${arm.name} run of pair ${pair}`;
    const address = arm.command === null ? { BASE_URL: arm.config.baseUrl } : {};
    const { code, handedOver, lastLine } = await runLoad(
      scenario,
      { ...variables, ...address, SEED: String(seed) },
      { k6: this.#k6 },
    );
    if (code === EXIT_CODES.interrupted) throw new Interrupted('k6 was interrupted');
    this.#interrupts.signal.throwIfAborted();
    if (!handedOver.ok)
      throw new InvalidSeries(
        `${which} ended with ${code}: ${lastLine === '' ? handedOver.problem : lastLine}`,
      );
    const wrong = await (await this.#client(arm)).wrongFlags(arm.flags, 'echo');
    const report = wrong === null ? provenReport(handedOver.report, arm) : handedOver.report;
    const path = await saveReport(env.REPORT_DIR, report);
    const file = path === null ? 'in no file' : relative(process.cwd(), path);
    const run = ofEnoughRequests(runOfResult(report.result, file));
    if (run.kind === 'unusable') throw new InvalidSeries(`${which} ${run.problem} (${run.file})`);
    // Its own gates do not decide here.
    if (!LOADED.has(code)) throw new InvalidSeries(`${which} ended with ${code}: ${lastLine}`);
    if (wrong !== null) throw new InvalidSeries(`after ${which}: ${wrong.message}`);
    this.#results.push(report.result);
    return run;
  }

  /** The arm whose flags are in force at the start. A target that is not up yet, or says nothing, has none. */
  async #armInForce(): Promise<RunsArm | null> {
    const { arms } = this.#settings;
    if (arms[0].command === null) return null;
    const { signal } = this.#interrupts;
    try {
      const client = await this.#client(arms[0]);
      const inForce = await client.readFlags('echo');
      return arms.find(({ flags }) => firstDifference(flags, inForce) === null) ?? null;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  #client({ config }: RunsArm): Promise<Client> {
    return clientOfRun(config, this.#settings.env, this.#interrupts.signal);
  }
}

/** k6 switched nothing and asked for nothing, so its report states no flags. */
function provenReport({ result: measured }: Report, { flags }: RunsArm): Report {
  const configuration = { ...measured.configuration, flags: { ...flags }, switchedBy: 'command' as const };
  return reportOf({ ...measured, configuration });
}
