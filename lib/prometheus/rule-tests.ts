/**
 * Tests of the rules for `promtool test rules`: each alert fires on series that cross its limit, and stays silent on
 * series that do not, or that rest on too little.
 */
import { LEAST_LOOKS, LEAST_REQUESTS, type Gate } from '../gates/gates.ts';
import { FAILED, VERDICTS } from '../metrics/overhead-metrics.ts';
import type { AlertProfile } from '../../thresholds/types.ts';
import { alertName, isSeconds, MISSING, MORE_ERRORS, severityOf } from './rules.ts';
import { selector, seriesOf } from './series.ts';
import { OVERHEAD, requestsBehind, type Watched } from './watched.ts';

/** @see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export interface RuleTestFile {
  rule_files: string[];
  evaluation_interval: string;
  tests: RuleTest[];
}

interface RuleTest {
  name: string;
  interval: string;
  input_series: { series: string; values: string }[];
  alert_rule_test: {
    eval_time: string;
    alertname: string;
    exp_alerts: { exp_labels: Record<string, string>; exp_annotations: Record<string, string> }[];
  }[];
}

type Run = Pick<Watched, 'environment' | 'test'>;

/** Looks during which a series has one value; the rules are judged at the last but a few. */
const SAMPLES = 24;
const JUDGED_AT = '5m';

/** One limit of each kind stands for its like: the rule is the same. */
export function ruleTests(
  watched: readonly Watched[],
  profile: AlertProfile,
  ruleFileName: string,
): RuleTestFile {
  const kinds = new Map(watched.toReversed().map((one) => [one.gate.name + one.gate.operator, one]));
  return {
    rule_files: [ruleFileName],
    evaluation_interval: profile.evaluationInterval,
    tests: [...[...kinds.values()].flatMap((one) => testsOf(one, profile)), ...missingTests(profile)],
  };
}

function testsOf(watched: Watched, { evaluationInterval: interval }: AlertProfile): RuleTest[] {
  const { gate } = watched;
  const alert = alertName(gate.name);
  const test = (name: string, input: readonly [Series, number][], value: number | null): RuleTest => ({
    name: `${alert}: ${name}`,
    interval,
    input_series: input.map(([series, at]) => constant(series, watched, at)),
    alert_rule_test: [
      {
        eval_time: JUDGED_AT,
        alertname: alert,
        exp_alerts: value === null ? [] : [expected(watched, value)],
      },
    ],
  });
  const scale = isSeconds(gate) ? 0.001 : 1;
  const [below, above] = gate.limit === 0 ? [0, 3] : [gate.limit * 0.8, gate.limit * 1.2];
  const series = seriesOf(gate.metric, gate.aggregate);
  const support = supportOf(gate);
  const enough = support.map(([one, least]): [Series, number] => [one, least]);
  const tooFew = support.map(([one, least]): [Series, number] => [one, least - 1]);
  return [
    test('fires', [[series, above * scale], ...enough], above),
    test('silent', [[series, below * scale], ...enough], null),
    ...(support.length === 0 ? [] : [test('too little', [[series, above * scale], ...tooFew], null)]),
  ];
}

type Series = ReturnType<typeof seriesOf>;

/** What a limit's number must rest on, and how much of it. */
function supportOf(gate: Gate): [Series, number][] {
  const requests = requestsBehind(gate);
  if (requests !== null) return [[seriesOf(requests, 'count'), LEAST_REQUESTS]];
  if (gate.name === OVERHEAD) return [[seriesOf(FAILED, 'value'), 1]];
  return gate.seenBy === undefined ? [] : [[seriesOf(gate.seenBy, 'value'), LEAST_LOOKS]];
}

function expected({ environment, test, gate }: Watched, value: number) {
  return {
    exp_labels: {
      severity: severityOf(gate),
      environment,
      test,
      gate: gate.name,
    },
    exp_annotations: {
      summary: `${test} in ${environment}: ${gate.metric === FAILED ? MORE_ERRORS : `${gate.name} is ${formatValue(value, gate)}, the limit is ${formatValue(gate.limit, gate)}`}`,
    },
  };
}

/** As Go's `%.1f` and Prometheus's humanizePercentage show the round numbers of these tests. */
function formatValue(value: number, { unit }: Gate): string {
  return unit === 'share' ? `${Number((value * 100).toPrecision(4))}%` : `${value.toFixed(1)} ${unit}`;
}

/** All nightly runs have left a result, and none has. */
function missingTests({ evaluationInterval: interval, missingAfter, nightly }: AlertProfile): RuleTest[] {
  const alerts = nightly.map(({ environment, test }) => ({
    exp_labels: { severity: 'warning', environment, test },
    exp_annotations: { summary: `${test} in ${environment}: no result for ${missingAfter}` },
  }));
  return [true, false].map((isThere) => ({
    name: `${MISSING}: ${isThere ? 'silent' : 'fires'}`,
    interval,
    input_series: isThere ? nightly.map((run) => constant(resultOf(run), run, 1)) : [],
    alert_rule_test: [{ eval_time: JUDGED_AT, alertname: MISSING, exp_alerts: isThere ? [] : alerts }],
  }));
}

/** What a run leaves. */
function resultOf({ test }: Run): Series {
  return test === 'overhead'
    ? { ...seriesOf(VERDICTS, 'count'), labels: { verdict: 'PASS' } }
    : { ...seriesOf('http_reqs', 'count'), labels: { kind: 'workflow' } };
}

function constant(series: Series, { environment, test }: Run, value: number) {
  return {
    series: selector({ ...series, labels: { environment, test, ...series.labels } }),
    values: `${value}+0x${SAMPLES}`,
  };
}
