/** Every gate whose limit Prometheus watches: the gates that k6 judges, with the same limits. */
import { loadConfig, type Sources } from '../config/config.ts';
import { budgetsOf, type Budget } from '../config/budgets.ts';
import { overheadProfile } from '../config/overhead-config.ts';
import { gatesOf, monitorGates, SUCCESSFUL, WORKFLOW, type Gate } from '../gates/gates.ts';
import { costGates } from '../gates/cost-limits.ts';
import { overheadGates } from '../gates/verdict-gates.ts';
import { BOUND_LOWER } from '../metrics/overhead-metrics.ts';
import { environments as allEnvironments } from '../../thresholds/environments.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { AlertProfile, Environment, ScenarioName } from '../../thresholds/types.ts';

/** A limit of one load test in one environment. */
export interface Watched {
  environment: string;
  test: string;
  gate: Gate;
}

/** The name of the gate that the budget stands for. */
export const OVERHEAD = 'Overhead';

/** The limits of all load tests in all environments. */
export function watchedGates(
  { queueGrowthPerMinute }: Pick<AlertProfile, 'queueGrowthPerMinute'>,
  environments: Readonly<Record<string, Environment>> = allEnvironments,
): Watched[] {
  const queue = { queueGrowthPerMinute };
  return Object.entries(environments).flatMap(([name, environment]) => [
    ...(Object.keys(scenarios) as ScenarioName[]).flatMap((test) => {
      const config = configOf(test, name, { environments });
      const limits = { ...config.limits, monitor: { ...queue, ...config.limits.monitor } };
      return limitsOf(name, test, gatesOf({ ...config, limits }));
    }),
    ...(environment.switching === undefined
      ? []
      : limitsOf(name, 'overhead', [
          ...budgetGates(budgetsOf(overheadProfile({}, environment))),
          ...overheadGates(),
          ...costGates(environment.overhead?.limits ?? {}),
          ...monitorGates(queue),
        ])),
  ]);
}

/** Without what the shell has set: rules are those of the files alone. */
function configOf(test: ScenarioName, environment: string, sources: Sources) {
  const env = { TEST_ENV: environment, CONFIRM: environment, AUTH_TOKEN: 'unused', SEED: '0' };
  return loadConfig(test, env, sources);
}

function limitsOf(environment: string, test: string, gates: readonly Gate[]): Watched[] {
  return gates.filter(({ kind }) => kind === 'limit').map((gate) => ({ environment, test, gate }));
}

/** FAIL is: the lower bound that decides is above the budget. */
function budgetGates([p95]: readonly Budget[]): Gate[] {
  // A share of the baseline is a number in a run alone, whose verdict is a gate of its own.
  if (p95 === undefined || !('ms' in p95.limit)) return [];
  return [
    {
      name: OVERHEAD,
      kind: 'limit',
      metric: BOUND_LOWER,
      aggregate: 'value',
      operator: '<=',
      limit: p95.limit.ms,
      unit: 'ms',
    },
  ];
}

/** The requests that a limit is judged by, where it is one on requests. */
export function requestsBehind({ metric }: Gate): string | null {
  if (metric.includes(SUCCESSFUL)) return `http_reqs{${SUCCESSFUL}}`;
  return metric === 'errors' ? `http_reqs{${WORKFLOW}}` : null;
}
