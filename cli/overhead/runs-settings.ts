/** The settings of a series of whole runs, checked before anything is started. */
import { randomInt } from 'node:crypto';
import { budgetsOf } from '../../lib/config/budgets.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import { findEnvironment, loadConfig, type LoadConfig } from '../../lib/config/config.ts';
import { flagsOfArm } from '../../lib/config/settings.ts';
import { saysSettings } from '../../lib/config/switching.ts';
import { BASELINE, TREATMENT } from '../../lib/config/arms.ts';
import { variable, type Env } from '../../lib/config/variables.ts';
import type { RunsQuestion } from '../../lib/compare/judge-runs.ts';
import { orderOf } from '../../lib/experiment/plan.ts';
import { twoDeployments } from '../../lib/config/deployments.ts';
import { plannedRequests } from '../../lib/config/planned-load.ts';
import { LEAST_REQUESTS, LEAST_BLOCKS } from '../../lib/config/experiment-plan.ts';
import { checkCostLimits, overheadProfile } from '../../lib/config/overhead-config.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { FlagValues, Milliseconds, ScenarioName } from '../../thresholds/types.ts';
import { UsageError } from '../errors.ts';
import type { Variables } from '../scenario/variables.ts';

/** What the command line says about a series of runs. */
export interface RunsOptions {
  pairs: string;
  scenario: string;
  onCommand?: string | undefined;
  offCommand?: string | undefined;
  onUrl?: string | undefined;
  offUrl?: string | undefined;
  commandTimeout: string;
  readyTimeout: string;
}

/** One arm of the series, and how the target comes to it. */
export interface RunsArm {
  readonly name: typeof BASELINE | typeof TREATMENT;
  readonly flags: FlagValues;
  /** What sets its flags; null where the arm has a deployment of its own. */
  readonly command: { readonly option: string; readonly line: string } | null;
  readonly config: LoadConfig;
}

export interface RunsSettings {
  readonly scenario: ScenarioName;
  readonly arms: readonly [baseline: RunsArm, treatment: RunsArm];
  readonly question: RunsQuestion;
  /** Of the order of the arms, and of the payloads of each pair. */
  readonly seed: number;
  /** The arms as they were asked for. */
  readonly asked: { readonly baseline: string; readonly treatment: string };
  readonly commandTimeoutMs: Milliseconds;
  readonly readyTimeoutMs: Milliseconds;
  /** For k6, beside this process's own environment. */
  readonly variables: Variables;
  readonly env: Env;
}

/**
 * @throws UsageError for options that do not fit together
 * @throws ConfigError for a wrong setting
 */
export function runsSettings(options: RunsOptions, variables: Variables): RunsSettings {
  const env: Env = { ...process.env, ...variables };
  const scenario = scenarioOf(options.scenario);
  const planned = pairsOf(options.pairs);
  const profile = overheadProfile(
    // Of an experiment in k6 alone; RATE is the load of each run here.
    { ...env, MODE: undefined, RATE: undefined, BLOCKS: undefined },
    findEnvironment(env).environment,
  );
  const { baseline, treatment, earlyStop, leastSeconds, allowFaster } = profile;
  const ways = waysOf(options);
  const arms = [
    armOf(BASELINE, baseline, ways[0], scenario, env),
    armOf(TREATMENT, treatment, ways[1], scenario, env),
  ] as const;
  const { config } = arms[0];
  checkLoad(config);
  checkSwitching(config);
  checkCostLimits(profile.limits ?? {}, config.monitor, 'runs', `thresholds/${config.environment}.ts`);
  const seed = variable(env, 'SEED') ?? randomInt(2 ** 32);
  const urls = arms.map((arm) => arm.config.baseUrl);
  return {
    scenario,
    arms,
    question: {
      budgets: budgetsOf(profile),
      planned,
      earlyStop,
      leastSeconds,
      sameFlags: baseline === treatment,
      mayBeFaster: allowFaster || baseline !== 'none' || baseline === treatment,
      unproven: null,
      reservation: 'url' in ways[0] ? twoDeployments(urls[0] ?? '', urls[1] ?? '') : null,
    },
    seed,
    asked: { baseline, treatment },
    commandTimeoutMs: secondsOf(options.commandTimeout, '--command-timeout'),
    readyTimeoutMs: secondsOf(options.readyTimeout, '--ready-timeout'),
    variables,
    env,
  };
}

/** The arms of a pair in the order in which they run. */
export function orderOfPair({ arms, seed }: RunsSettings, index: number): RunsArm[] {
  return orderOf({ seed: String(seed), arms }, index).flatMap((arm) => arms[arm] ?? []);
}

/** `BT`: the baseline comes first. */
export function lettersOf(order: readonly RunsArm[]): string {
  return order.map(({ name }) => name.charAt(0).toUpperCase()).join('');
}

function scenarioOf(name: string): ScenarioName {
  if (Object.hasOwn(scenarios, name)) return name as ScenarioName;
  throw new UsageError(`unknown scenario '${name}'; there are ${Object.keys(scenarios).join(', ')}`);
}

function pairsOf(text: string): number {
  const pairs = Number(text);
  if (Number.isInteger(pairs) && pairs >= LEAST_BLOCKS.runs && pairs <= 1_000) return pairs;
  throw new UsageError(
    `--pairs: '${text}'; a whole number from ${LEAST_BLOCKS.runs}, with which a verdict can be had, to 1000`,
  );
}

function secondsOf(text: string, option: string): Milliseconds {
  const seconds = text.trim() === '' ? NaN : Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds * 1_000;
  throw new UsageError(`${option}: '${text}'; seconds above 0, at most 86400`);
}

type Way = { command: RunsArm['command'] & object } | { url: string };

/** Two commands, or two addresses: of the baseline and of the treatment. */
function waysOf({ onCommand, offCommand, onUrl, offUrl }: RunsOptions): [Way, Way] {
  const commands = onCommand !== undefined || offCommand !== undefined;
  const urls = onUrl !== undefined || offUrl !== undefined;
  if (onCommand !== undefined && offCommand !== undefined && !urls) {
    return [
      { command: { option: '--off-command', line: offCommand } },
      { command: { option: '--on-command', line: onCommand } },
    ];
  }
  if (onUrl !== undefined && offUrl !== undefined && !commands) return [{ url: offUrl }, { url: onUrl }];
  throw new UsageError('mode runs needs --on-command and --off-command, or --on-url and --off-url');
}

function armOf(name: RunsArm['name'], flags: string, way: Way, scenario: ScenarioName, env: Env): RunsArm {
  const config = loadConfig(scenario, 'url' in way ? { ...env, BASE_URL: way.url } : env);
  return {
    name,
    flags: flagsOf(config, flags, name.toUpperCase()),
    command: 'url' in way ? null : way.command,
    config,
  };
}

/** Where everything is off, the other settings need not be: only the main one is set. */
function flagsOf({ settings }: LoadConfig, arm: string, variable: string): FlagValues {
  const flags = flagsOfArm(settings, arm, variable);
  const { main, values } = settings;
  const off = main === null ? undefined : values[main]?.off;
  return arm === 'none' && main !== null && off !== undefined ? { [main]: off } : flags;
}

/** A P95 needs 200 requests; and a run that switched flags itself would undo what the command did. */
function checkLoad({ flags, load, scenario }: LoadConfig): void {
  const given = Object.keys(flags ?? {})[0];
  if (given !== undefined) {
    throw new ConfigError(
      given,
      'is set, and would be switched by each run',
      'expected BASELINE and TREATMENT to name the arms: the commands set the flags',
    );
  }
  const planned = plannedRequests(load);
  if (planned !== null && planned < LEAST_REQUESTS) {
    throw new ConfigError(
      `scenario ${scenario}`,
      `plans ${planned} requests in a run`,
      `expected ${LEAST_REQUESTS} or more, such as ITERATIONS=${LEAST_REQUESTS}`,
    );
  }
}

/** A target that does not say which flags are in force proves nothing. */
function checkSwitching({ switching, environment }: LoadConfig): void {
  if (saysSettings(switching)) return;
  throw new ConfigError(
    `thresholds/${environment}.ts switching.proof`,
    'names neither echo nor read',
    'expected one of them, so that each run is known to have the flags of its arm',
  );
}
