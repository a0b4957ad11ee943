/** Whole runs of the engines on a simulated target, down to the result that k6's summary of them would give. */
import { attributionConfig } from '../../lib/config/attribution-config.ts';
import { capacityConfig } from '../../lib/config/capacity-config.ts';
import { overheadConfig } from '../../lib/config/overhead-config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { runCapacity } from '../../lib/experiment/capacity/run-capacity.ts';
import type { Ending } from '../../lib/experiment/conclude.ts';
import { runExperiment } from '../../lib/experiment/run-experiment.ts';
import { expression, type Gate } from '../../lib/gates/gates.ts';
import { costGates } from '../../lib/gates/cost-limits.ts';
import { capacityGates, overheadGates } from '../../lib/gates/verdict-gates.ts';
import { experimentRun } from '../../lib/k6/experiment-run.ts';
import { capacityOptions } from '../../lib/load/capacity-options.ts';
import { CAPACITY_METRICS } from '../../lib/metrics/capacity-metrics.ts';
import type { MetricType, MetricTypes } from '../../lib/metrics/metric-types.ts';
import { EXPERIMENT_METRICS } from '../../lib/metrics/overhead-metrics.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { resultOfAttribution } from '../../lib/summary/from-attribution-summary.ts';
import { resultOfCapacity } from '../../lib/summary/from-capacity-summary.ts';
import { resultOfOverhead } from '../../lib/summary/from-overhead-summary.ts';
import type { SummaryMetric } from '../../lib/summary/jslib/summary-data.ts';
import type { SummaryData } from '../../lib/summary/summary-data.ts';
import type { Environment } from '../../thresholds/types.ts';
import { fixtureEnvironment } from './fixture-environment.ts';
import { SimulatedTarget, type Behaviour, type Sample } from './simulated-target.ts';
import { metric, summary, trend } from './summaries.ts';

/** How a run ended, and what came of it. */
export interface SimulatedRun {
  /** `undefined`: it was interrupted. */
  readonly ending: Ending | undefined;
  /** k6's exit code. */
  readonly code: number;
  /** What it printed, the ending last. */
  readonly output: string;
  readonly samples: readonly Sample[];
  readonly result: RunResult;
}

export interface Simulation extends Behaviour {
  /** Of the environment; by default the smallest plans there are: 200 requests in each arm of a block. */
  readonly overhead?: Environment['overhead'];
  readonly api?: Environment['api'];
  readonly attribution?: Environment['attribution'];
  readonly capacity?: Environment['capacity'];
  readonly settings?: Environment['settings'];
  readonly switching?: Environment['switching'];
  readonly env?: Env;
  /** Ctrl+C after so long. */
  readonly interruptedAfterMs?: number;
}

const smallest = { perSecond: 250, seconds: 0.8, settleSeconds: 0.1, warmUpSeconds: 0.2 };
const watched = { leastSeconds: 4, drainSeconds: 0.5 };
const context = { endedAt: new Date(0), commit: null };

/** Runs an overhead experiment; its budget is 60 ms. */
export function simulateOverhead(simulation: Simulation = {}): Promise<SimulatedRun> {
  const env = envOf(simulation);
  const config = overheadConfig(env, environmentsOf(simulation));
  const run = experimentRun(config, { env, open: () => '', ownReports: 'file:///reports' });
  return simulate(simulation, config, run.options, {
    measure: (target) => runExperiment(run, target),
    types: EXPERIMENT_METRICS,
    gates: [...overheadGates(), ...costGates(config.costLimits)],
    resultOf: (data) => resultOfOverhead(run.config, run.question, data, context),
  });
}

/** Runs an attribution. */
export function simulateAttribution(simulation: Simulation = {}): Promise<SimulatedRun> {
  const env = envOf(simulation);
  const config = attributionConfig(env, environmentsOf(simulation));
  const run = experimentRun(config, { env, open: () => '', ownReports: 'file:///reports' });
  return simulate(simulation, config, run.options, {
    measure: (target) => runExperiment(run, target),
    types: EXPERIMENT_METRICS,
    gates: [...overheadGates(), ...costGates(config.costLimits)],
    resultOf: (data) => resultOfAttribution(run.config, run.question, data, context),
  });
}

/** Runs a capacity run. */
export function simulateCapacity(simulation: Simulation = {}): Promise<SimulatedRun> {
  const config = capacityConfig(envOf(simulation), environmentsOf(simulation));
  const settings = { config, bodies: ['{}'], upTo: [1] };
  return simulate(simulation, config, capacityOptions(config), {
    measure: (target) => runCapacity(settings, target),
    types: CAPACITY_METRICS,
    gates: capacityGates(),
    resultOf: (data) => resultOfCapacity(config, data, context),
  });
}

function envOf({ env }: Simulation): Env {
  return { TEST_ENV: 'staging', SEED: '7', ...env };
}

function environmentsOf({ overhead, attribution, capacity, api, settings, switching }: Simulation) {
  const staging: Environment = {
    ...fixtureEnvironment,
    api: { timeoutMs: 500, ...api },
    ...(settings === undefined ? {} : { settings }),
    ...(switching === undefined ? {} : { switching }),
    overhead: { ...fixtureEnvironment.overhead, ...smallest, ...watched, budgetMs: 60, ...overhead },
    attribution: {
      ...fixtureEnvironment.attribution,
      ...smallest,
      ...watched,
      design: 'full',
      ...attribution,
    },
    capacity: {
      ...fixtureEnvironment.capacity,
      ...smallest,
      resolution: 0.05,
      limits: { p95Ms: 150, errorRate: 0.01 },
      ceilingPerSecond: 1_000,
      deadlineMinutes: 10,
      ...capacity,
    },
  };
  return { environments: { staging } };
}

interface Engine {
  measure: (target: SimulatedTarget) => Promise<Ending>;
  types: MetricTypes;
  gates: readonly Gate[];
  resultOf: (data: SummaryData) => RunResult;
}

async function simulate(
  simulation: Simulation,
  config: ConstructorParameters<typeof SimulatedTarget>[0],
  { thresholds }: { thresholds: object },
  { measure, types, gates, resultOf }: Engine,
): Promise<SimulatedRun> {
  const target = new SimulatedTarget(config, simulation);
  const ending = await target.run(measure(target), simulation.interruptedAfterMs);
  const data = summaryOf(target.samples, types, Object.keys(thresholds), gates);
  return {
    ending,
    code: exitCodeOf(ending, data),
    output: [...target.lines, ending?.text ?? ''].join('\n'),
    samples: target.samples,
    result: resultOf(data),
  };
}

/** As k6 makes it: `test.fail` and `test.abort` come before crossed thresholds, Ctrl+C before both. */
function exitCodeOf(ending: Ending | undefined, { metrics }: SummaryData): number {
  if (ending === undefined) return 105;
  if (ending.kind === 'INVALID') return 108;
  if (ending.kind === 'INCONCLUSIVE') return 110;
  const held = Object.values(metrics).flatMap((one) => Object.values(one?.thresholds ?? {}));
  return held.every((one) => one?.ok === true) ? 0 : 99;
}

/** k6's summary of what was recorded: of each metric, and of each submetric that a threshold names. */
function summaryOf(
  samples: readonly Sample[],
  types: MetricTypes,
  named: readonly string[],
  gates: readonly Gate[],
): SummaryData {
  const metrics: Record<string, SummaryMetric> = {};
  const samplesOf = new Map<string, Sample[]>();
  for (const sample of samples) {
    const all = samplesOf.get(sample.metric);
    if (all === undefined) samplesOf.set(sample.metric, [sample]);
    else all.push(sample);
  }
  for (const [name, type] of Object.entries(types)) {
    const all = samplesOf.get(name) ?? [];
    const submetrics = named.filter((one) => one.startsWith(`${name}{`));
    if (all.length > 0) metrics[name] = metricOf(type, all);
    for (const submetric of submetrics) {
      const tags = submetric.slice(name.length + 1, -1).split(',');
      metrics[submetric] = metricOf(type, all.filter(hasTags(tags)));
    }
  }
  for (const gate of gates) {
    const gated = (metrics[gate.metric] ??= metricOf(types[gate.metric] ?? 'gauge', []));
    const value = gated.values[gate.aggregate] ?? 0;
    const ok = { '<': value < gate.limit, '<=': value <= gate.limit, '>=': value >= gate.limit }[
      gate.operator
    ];
    metrics[gate.metric] = { ...gated, thresholds: { ...gated.thresholds, [expression(gate)]: { ok } } };
  }
  return summary(metrics);
}

/** @param wanted such as `arm:baseline` */
function hasTags(wanted: readonly string[]): (sample: Sample) => boolean {
  const pairs = wanted.map((tag) => tag.split(':'));
  return ({ tags }) => pairs.every(([name = '', value]) => tags[name] === value);
}

function metricOf(type: MetricType, samples: readonly Sample[]): SummaryMetric {
  const values = samples.map(({ value }) => value);
  if (type === 'trend of ms') return trend(values);
  if (type === 'counter') return metric('counter', { count: values.reduce((sum, value) => sum + value, 0) });
  // Without a sample k6 has 0.
  return metric('gauge', { value: values.at(-1) ?? 0 });
}
