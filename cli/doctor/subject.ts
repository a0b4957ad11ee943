/** What the doctor looks at: the configuration of any scenario, as far as scenarios differ. */
import { humanPercent, humanRate } from '../../lib/experiment/capacity/describe.ts';
import { plannedSeconds } from '../../lib/load/ladder.ts';
import { capacityConfig, type CapacityConfig } from '../../lib/config/capacity-config.ts';
import { loadConfig, type LoadConfig, type Target } from '../../lib/config/config.ts';
import { formatDuration } from '../../lib/format/duration.ts';
import { attributionConfig } from '../../lib/config/attribution-config.ts';
import type { ExperimentConfig } from '../../lib/config/experiment-config.ts';
import { TREATMENT } from '../../lib/config/arms.ts';
import { overheadConfig } from '../../lib/config/overhead-config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { limitedCosts } from '../../lib/gates/cost-limits.ts';
import { expression, gatesOf } from '../../lib/gates/gates.ts';
import { describeBudget, percentileName } from '../../lib/config/budgets.ts';
import { planSize } from '../../lib/config/experiment-plan.ts';
import { firstLook } from '../../lib/config/exposure.ts';
import { describeLoad } from '../../lib/result/describe-configuration.ts';
import { formatFlags } from '../../lib/config/settings.ts';
import { switchesByHeader, switchesSystem } from '../../lib/config/switching.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { CostLimits, FlagValues, ScenarioName, Switching } from '../../thresholds/types.ts';
import { ok, type Finding } from './finding.ts';
import { planFinding } from './plan.ts';

export interface Subject {
  target: Target;
  /** Name and value of what only this kind of scenario has. */
  rows: [name: string, value: string][];
  plan: Finding;
  /** Flags that the run sets; `null` where it leaves them as they are. */
  flags: FlagValues | null;
  /** On what an arm costs the target besides latency. */
  costLimits: CostLimits;
  /** How the run switches them. */
  by: Switching['by'] | null;
  /** Whether it switches what other requests share, which is to be as before in the end. */
  isSwitched: boolean;
}

/** Scenarios that are experiments, each with what the doctor says of it. */
const EXPERIMENTS = {
  overhead: (env: Env): Subject => {
    const config = overheadConfig(env);
    return experiment(config, `${config.baseline} against ${config.treatment}`);
  },
  attribution: (env: Env): Subject => {
    const config = attributionConfig(env);
    return experiment(config, `${config.plan.arms.length} combinations of settings (${config.design})`);
  },
  capacity: (env: Env): Subject => climbs(capacityConfig(env)),
} as const;

export type Checkable = ScenarioName | keyof typeof EXPERIMENTS;
export const EXPERIMENT_NAMES = Object.keys(EXPERIMENTS);
export const CHECKABLE: readonly string[] = [...Object.keys(scenarios), ...EXPERIMENT_NAMES];

export function isCheckable(scenario: string): scenario is Checkable {
  return CHECKABLE.includes(scenario);
}

/** @throws ConfigError where a setting is wrong, or a plan too small to judge */
export function subjectOf(scenario: Checkable, env: Env): Subject {
  return scenario in EXPERIMENTS
    ? EXPERIMENTS[scenario as keyof typeof EXPERIMENTS](env)
    : load(loadConfig(scenario as ScenarioName, env));
}

function load(config: LoadConfig): Subject {
  const { flags, switching } = config;
  const gates = gatesOf(config).map(
    (gate) => `${gate.name} ${expression(gate)}${gate.unit === 'ms' ? ' ms' : ''}`,
  );
  return {
    target: config,
    rows: [
      ['load', describeLoad({ ...config.load })],
      ['gates', gates.join('; ')],
      ['abort', config.abort ? 'as soon as a limit is crossed' : 'no'],
      ['flags', flags === null ? 'left as they are' : formatFlags(flags)],
    ],
    plan: planFinding(config),
    costLimits: {},
    flags,
    // As setup does.
    by: switchesSystem(switching) ? switching.by : switchesByHeader(switching) ? 'header' : null,
    isSwitched: flags !== null && switchesSystem(switching),
  };
}

function experiment(config: ExperimentConfig, arms: string): Subject {
  const { plan, budgets, costLimits, earlyStop, leastSeconds } = config;
  const duration = (blocks: number) =>
    formatDuration(Math.round(planSize({ ...plan, blocks }).seconds * 1_000));
  const first = Math.min(plan.blocks, firstLook(plan, leastSeconds));
  const stop = earlyStop ? `, at least ${duration(first)} (${first} blocks) where the answer is clear` : '';
  return {
    target: config,
    rows: [
      ['arms', `${arms}, switched by ${plan.mode}`],
      ['load', `${plan.blocks} blocks of ${plan.seconds} s an arm at ${plan.rate}/s, ${plan.arrivals}`],
      ['exposure', `each arm under load for at least ${leastSeconds} s`],
      [
        'gates',
        [
          `overhead at ${budgets.map((budget) => `${percentileName(budget.level)} below ${describeBudget(budget)}`).join(', ')}`,
          ...limitedCosts(costLimits).map(({ cost, limit }) => `${cost} ${limit}`),
        ].join('; '),
      ],
    ],
    plan: ok('floors', `${plan.blocks} blocks take at most ${duration(plan.blocks)}${stop}`),
    costLimits,
    flags: plan.arms.find(({ name }) => name === TREATMENT)?.flags ?? null,
    by: plan.mode === 'toggle' ? config.switching.by : 'header',
    isSwitched: plan.mode === 'toggle',
  };
}

function climbs(config: CapacityConfig): Subject {
  const { plan, limits, gates, arms, baseline, treatment, deadlineMs } = config;
  const asked = [
    ...(gates.maxLossShare === undefined ? [] : [`loss at most ${humanPercent(gates.maxLossShare)}`]),
    ...(gates.minPerSecond === undefined ? [] : [`treatment at least ${humanRate(gates.minPerSecond)}`]),
  ];
  const seconds = plannedSeconds(plan);
  return {
    target: config,
    rows: [
      ['arms', `${baseline} against ${treatment}, switched by ${config.switching.by}`],
      [
        'load',
        `${plan.blocks} climbs from ${humanRate(plan.perSecond)} to at most ${humanRate(plan.ceilingPerSecond)}, tries of ${plan.seconds} s`,
      ],
      ['limits', `P95 ${limits.p95Ms} ms, errors ${humanPercent(limits.errorRate)}`],
      ['gates', asked.length === 0 ? 'none: it measures' : asked.join('; ')],
    ],
    plan: ok(
      'floors',
      `${plan.blocks} climbs take about ${formatDuration(Math.round(seconds) * 1_000)} or less, and at most ${formatDuration(deadlineMs)}`,
    ),
    costLimits: {},
    flags: arms[1].flags,
    by: config.switching.by,
    isSwitched: true,
  };
}
