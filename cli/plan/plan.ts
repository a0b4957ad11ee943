/** How long a verdict will take. */
import { describeBudget } from '../../lib/config/budgets.ts';
import { planProblem, planSize, LEAST_BLOCKS } from '../../lib/config/experiment-plan.ts';
import { POWER } from '../../lib/experiment/noise-floor.ts';
import { powerOf, type Power } from '../../lib/experiment/power.ts';
import { humanMs, table } from '../../lib/format/format.ts';
import type { Env } from '../../lib/config/variables.ts';
import { CliError } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import { effortCells } from './effort-text.ts';
import { planProfile, type PlanProfile } from './profile.ts';
import { milliseconds, positive, spreadFrom, type Spread, type SpreadOptions } from './spread.ts';
import { indented } from '../say.ts';

export interface PlanOptions extends SpreadOptions {
  difference?: string | undefined;
  rate?: string | undefined;
  seconds?: string | undefined;
}

/**
 * The lines that say how many blocks, requests and minutes tell an overhead from the budget.
 * @throws UsageError for options that are none
 * @throws CliError where a setting is wrong (107), or no plan is long enough (1)
 */
export async function planLines(options: PlanOptions, env: Env): Promise<string[]> {
  const profile = configured(() => planProfile(env));
  const plan = {
    ...profile.plan,
    rate: positive(options.rate, '--rate', 'requests per second') ?? profile.plan.rate,
    seconds: positive(options.seconds, '--seconds', 'seconds') ?? profile.plan.seconds,
  };
  const planned = { ...profile, plan };
  const problem = planProblem({ ...plan, blocks: LEAST_BLOCKS[plan.mode] });
  if (problem !== null) throw new CliError(`overhead plan: ${problem.wrong}; expected ${problem.needed}`);
  const difference = milliseconds(options.difference, '--difference');
  const { requestsPerArmAndBlock: requests } = planSize({ ...plan, blocks: 1 });
  const spread = await spreadFrom(options, requests);
  const power = powerOf(plan, difference, spread.ms, profile);
  if (power === null) {
    throw new CliError(
      `no plan of up to 500 blocks tells ${humanMs(difference)} apart: a block's difference strays by ${humanMs(spread.ms)}; give --rate or --seconds more`,
    );
  }
  return [
    `To tell an overhead that lies ${humanMs(difference)} from the budget of ${describeBudget(profile.budget)}, in ${POWER * 10} of 10 runs:`,
    ...indented(effortTable(power, profile.earlyStop)),
    '',
    ...indented(assumptions(planned, spread, requests)),
    '',
    ...command(power, planned, profile.plan),
  ];
}

function effortTable({ atMost, median }: Power, earlyStop: boolean): string[] {
  return table([
    ['', 'blocks', 'requests', 'time'],
    ['at most', ...effortCells(atMost)],
    ...(earlyStop ? [['in the median, with early stop', ...effortCells(median)]] : []),
  ]);
}

function assumptions(
  { plan, environment, leastSeconds }: PlanProfile,
  spread: Spread,
  requests: number,
): string[] {
  return [
    ...table([
      ['environment', environment],
      ['mode', plan.mode],
      ['rate', `${plan.rate}/s, ${plan.seconds} s: ${requests} requests per arm and block`],
      ['exposure', `each arm under load for at least ${leastSeconds} s`],
      ['spread', `${humanMs(spread.ms)} a block, from ${spread.from}`],
    ]),
    ...(spread.samplingOnly
      ? [
          'Real blocks differ by more than sampling: an A/A run (npm run calibrate) gives a result for --from.',
        ]
      : []),
  ];
}

/** The variables to set, and what no variable sets. */
function command(
  { atMost }: Power,
  { plan, environment }: PlanProfile,
  before: PlanProfile['plan'],
): string[] {
  const settings = [`BLOCKS=${atMost.blocks}`, `RATE=${plan.rate}`];
  const options = settings.map((setting) => `--set ${setting}`).join(' ');
  return [
    settings.join(' '),
    `npm run overhead -- --env ${environment} ${options}`,
    ...(plan.seconds === before.seconds
      ? []
      : [`and in thresholds/${environment}.ts: overhead: { seconds: ${plan.seconds} }`]),
  ];
}
