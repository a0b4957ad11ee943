/**
 * Alert rules for Prometheus, made from `thresholds/`. Limits are series of their own, so that a dashboard draws them and
 * an alert has one rule for all load tests and environments.
 */
import { JUDGED, LEAST_LOOKS, LEAST_REQUESTS, type Gate } from '../gates/gates.ts';
import { FAILED, VERDICTS } from '../metrics/overhead-metrics.ts';
import type { AlertProfile } from '../../thresholds/types.ts';
import { quoted, RUN_LABELS, selector, seriesOf } from './series.ts';
import { OVERHEAD, requestsBehind, type Watched } from './watched.ts';

/** A rule as Prometheus reads it. @see https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
export type Rule = RecordingRule | AlertRule;

export interface RecordingRule {
  record: string;
  expr: string;
  labels: Record<string, string>;
}

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface RuleFile {
  groups: { name: string; interval: string; rules: Rule[] }[];
}

/** What a run must not pass, and where it stands. Labels: environment, test, gate. */
export const LIMIT = 'k6_overhead:limit';
export const OBSERVED = 'k6_overhead:observed';

/** The gate on the experiment's verdict. */
const VERDICT = 'Overhead within budget';

/** The gates on what the treatment costs: those of `costGates` end so. */
const COSTS = `${OVERHEAD}|.*: treatment − baseline`;

const BY = `by (${RUN_LABELS.join(', ')})`;
const ON = `on (${RUN_LABELS.join(', ')})`;

/** Names by which people know an alert; a gate without one is named by its own words. */
const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.values(JUDGED).flatMap((judged) => [
      [`P95 of ${judged}`, 'P95AboveLimit'],
      [`P99 of ${judged}`, 'P99AboveLimit'],
    ]),
  ),
  'Error rate': 'ErrorRateAboveLimit',
  'Dropped iterations': 'DroppedIterations',
  'Growth of the fastest growing queue': 'QueueGrows',
  'Growth of memory': 'MemoryGrows',
  'Database connections in use': 'DatabasePoolFull',
  'Errors that the target reports': 'TargetErrors',
  'Entries that full queues dropped': 'EntriesDropped',
  'CPU a request: treatment − baseline': 'CpuOfRequestsAboveLimit',
  'CPU, share of a processor: treatment − baseline': 'CpuAboveLimit',
  'Memory: treatment − baseline': 'MemoryAboveLimit',
  [OVERHEAD]: 'OverheadAboveBudget',
  [VERDICT]: 'TreatmentHasMoreErrors',
};

/** Limits, what is observed against them, and an alert for each. */
export function ruleFile(watched: readonly Watched[], profile: AlertProfile): RuleFile {
  const gates = distinct(
    watched.map(({ gate }) => gate),
    ({ name }) => name,
  );
  const judged = distinct(
    watched.map(({ gate }) => gate),
    ({ name, operator }) => name + operator,
  );
  return {
    groups: [
      {
        name: 'k6-overhead',
        interval: profile.evaluationInterval,
        // In this order: rules of a group see the results of those before them.
        rules: [
          ...watched.map(limitRule),
          ...gates.map((gate) => observedRule(gate, profile)),
          ...judged.map((gate) => alertRule(gate, profile)),
          ...missingRules(profile),
        ],
      },
    ],
  };
}

function limitRule({ environment, test, gate }: Watched): RecordingRule {
  return {
    record: LIMIT,
    expr: `vector(${gate.limit})`,
    labels: { environment, test, gate: gate.name, operator: gate.operator },
  };
}

function observedRule(gate: Gate, { window }: AlertProfile): RecordingRule {
  return { record: OBSERVED, expr: observed(gate, window), labels: { gate: gate.name } };
}

/**
 * The last number of a run, where it rests on enough. A ramp's stages are series of their own, of which the largest
 * stands for the run: a percentile of the whole is never above it.
 */
function observed(gate: Gate, window: string): string {
  const value = lastOf(gate.metric, gate.aggregate, window);
  const number = `${isSeconds(gate) ? '1000 * ' : ''}${gate.aggregate === 'count' ? 'sum' : 'max'} ${BY} (${value})`;
  const requests = requestsBehind(gate);
  if (requests !== null) {
    return `${number} and ${ON} sum ${BY} (${lastOf(requests, 'count', window)}) >= ${LEAST_REQUESTS}`;
  }
  if (gate.seenBy === undefined) return number;
  return `${number} and ${ON} max ${BY} (${lastOf(gate.seenBy, 'value', window)}) >= ${LEAST_LOOKS}`;
}

function lastOf(metric: string, aggregate: string, window: string): string {
  return `last_over_time(${selector(seriesOf(metric, aggregate))}[${window}])`;
}

/** k6 sends trends of time in seconds. */
export function isSeconds({ unit, aggregate }: Pick<Gate, 'unit' | 'aggregate'>): boolean {
  return unit === 'ms' && aggregate !== 'value';
}

function alertRule(gate: Gate, { for: lasting }: AlertProfile): AlertRule {
  const run = '{{ $labels.test }} in {{ $labels.environment }}';
  const alert = {
    alert: alertName(gate.name),
    expr: crossed(gate),
    for: lasting,
    labels: { severity: severityOf(gate) },
  };
  if (gate.metric === FAILED) {
    return {
      ...alert,
      // Without those of which the overhead or another cost is the cause: they have an alert of their own.
      expr: `${alert.expr} unless ${ON} (${OBSERVED}{gate=~${quoted(COSTS)}} > on (${RUN_LABELS.join(', ')}, gate) ${LIMIT})`,
      annotations: { summary: `${run}: ${MORE_ERRORS}` },
    };
  }
  return {
    ...alert,
    // A bound of an experiment that came to no verdict proves nothing.
    ...(gate.name === OVERHEAD
      ? { expr: `${alert.expr} and ${ON} ${OBSERVED}{gate=${quoted(VERDICT)}} >= 1` }
      : {}),
    annotations: {
      summary: `${run}: ${gate.name} is ${formatValue('$value', gate)}, the limit is ${formatLimit(gate)}`,
    },
  };
}

export const MORE_ERRORS = 'more errors with observability than without';

export function severityOf({ seenBy }: Gate): string {
  return seenBy === undefined ? 'critical' : 'warning';
}

function crossed({ name, operator }: Gate): string {
  const against = `on (${RUN_LABELS.join(', ')}, gate) ${LIMIT}{operator=${quoted(operator)}}`;
  return `${OBSERVED}{gate=${quoted(name)}} ${operator === '<' ? '>=' : '>'} ${against}`;
}

/** `Error rate` → `ErrorRateAboveLimit`, where nobody has named it better. */
export function alertName(gate: string): string {
  const words = gate.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return NAMES[gate] ?? `${words.join('')}AboveLimit`;
}

function formatValue(value: string, { unit }: Gate): string {
  return unit === 'share' ? `{{ ${value} | humanizePercentage }}` : `{{ ${value} | printf "%.1f" }} ${unit}`;
}

/** The limit of the run that the alert is about, by a query within the text. */
function formatLimit(gate: Gate): string {
  const query = `printf "${LIMIT}{environment='%s',test='%s',gate='%s'}" $labels.environment $labels.test $labels.gate | query`;
  return `{{ with ${query} }}${formatValue('. | first | value', gate)}{{ end }}`;
}

/** One rule for all nightly runs; none where there are none. */
function missingRules({ nightly, missingAfter }: AlertProfile): AlertRule[] {
  if (nightly.length === 0) return [];
  const each = nightly.map(({ environment, test }) => {
    const { name } = seriesOf(test === 'overhead' ? VERDICTS : 'http_reqs', 'count');
    const result = test === 'overhead' ? 'verdict!="INVALID"' : 'kind="workflow"';
    const run = `environment=${quoted(environment)},test=${quoted(test)},${result}`;
    return `max ${BY} (absent_over_time(${name}{${run}}[${missingAfter}]))`;
  });
  return [
    {
      alert: MISSING,
      expr: each.join(' or '),
      labels: { severity: 'warning' },
      annotations: {
        summary: `{{ $labels.test }} in {{ $labels.environment }}: no result for ${missingAfter}`,
      },
    },
  ];
}

/** The alert that a nightly run has left no result. */
export const MISSING = 'NoResult';

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();
}
