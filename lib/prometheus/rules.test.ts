import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/config.ts';
import { gatesOf } from '../gates/gates.ts';
import { alerts } from '../../thresholds/alerts.ts';
import { environments } from '../../thresholds/environments.ts';
import { overhead } from '../../thresholds/overhead.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { Environment, ScenarioName } from '../../thresholds/types.ts';
import { LIMIT, ruleFile, type AlertRule, type RecordingRule, type Rule } from './rules.ts';
import { ruleTests } from './rule-tests.ts';
import { watchedGates } from './watched.ts';

function rulesOf(of: Readonly<Record<string, Environment>> = environments, profile = alerts): Rule[] {
  return ruleFile(watchedGates(profile, of), profile).groups.flatMap(({ rules }) => rules);
}

const limitsOf = (rules: readonly Rule[]) =>
  rules.filter((rule): rule is RecordingRule => 'record' in rule && rule.record === LIMIT);
const alertsOf = (rules: readonly Rule[]) => rules.filter((rule): rule is AlertRule => 'alert' in rule);
const limit = (rules: readonly Rule[], environment: string, name: string, gate: string) =>
  limitsOf(rules).find(
    ({ labels }) => labels.environment === environment && labels.test === name && labels.gate === gate,
  )?.expr;

test('every limit that k6 judges is one in Prometheus, with the same number', () => {
  const rules = rulesOf();
  for (const [environment, of] of Object.entries(environments)) {
    // One whose flags cannot be switched has no overhead.
    const budgetMs = of.overhead?.budgetMs ?? overhead.budgetMs;
    const expected = of.switching === undefined ? undefined : `vector(${budgetMs})`;
    assert.equal(limit(rules, environment, 'overhead', 'Overhead'), expected);
    for (const scenario of Object.keys(scenarios) as ScenarioName[]) {
      const config = loadConfig(scenario, {
        TEST_ENV: environment,
        CONFIRM: environment,
        AUTH_TOKEN: 'a-token',
      });
      for (const gate of gatesOf(config).filter(({ kind }) => kind === 'limit')) {
        assert.equal(limit(rules, environment, scenario, gate.name), `vector(${gate.limit})`);
      }
    }
  }
});

test('no two limits have the same labels, and each alert has its name once', () => {
  const rules = rulesOf();
  const labels = limitsOf(rules).map((rule) => JSON.stringify(rule.labels));
  assert.equal(new Set(labels).size, labels.length);
  const names = alertsOf(rules).map(({ alert }) => alert);
  assert.deepEqual(names.toSorted(), [
    'ErrorRateAboveLimit',
    'NoResult',
    'OverheadAboveBudget',
    'P95AboveLimit',
    'QueueGrows',
    'TreatmentHasMoreErrors',
  ]);
});

test("an environment's own limits come before the defaults, and bring their alerts", () => {
  const rules = rulesOf({
    staging: {
      ...environments.staging,
      scenarios: {
        heavy: {
          limits: { p95Ms: 90, p99Ms: 400, monitor: { queueGrowthPerMinute: 7, dropped: 0 } },
          load: { shape: 'rate' },
        },
      },
      overhead: { budgetMs: 40 },
    },
  });
  assert.equal(limit(rules, 'staging', 'heavy', 'P95 of successful requests'), 'vector(90)');
  assert.equal(limit(rules, 'staging', 'heavy', 'Growth of the fastest growing queue'), 'vector(7)');
  assert.equal(
    limit(rules, 'staging', 'light', 'Growth of the fastest growing queue'),
    `vector(${alerts.queueGrowthPerMinute})`,
  );
  assert.equal(limit(rules, 'staging', 'overhead', 'Overhead'), 'vector(40)');
  const named = new Map(alertsOf(rules).map((rule) => [rule.alert, rule.expr]));
  assert.ok(named.has('P99AboveLimit'));
  // A limit of 0 is crossed by what is above it, any other when it is reached.
  assert.match(named.get('EntriesDropped') ?? '', / > on .*operator="<="/);
  assert.match(named.get('DroppedIterations') ?? '', / > on .*operator="<="/);
  assert.match(named.get('P95AboveLimit') ?? '', / >= on .*operator="<"/);
});

test('without nightly runs nothing is missing', () => {
  const rules = rulesOf(environments, { ...alerts, nightly: [] });
  assert.ok(alertsOf(rules).every(({ alert }) => alert !== 'NoResult'));
});

test('each alert is tested to fire and to be silent', () => {
  const watched = watchedGates(alerts);
  const tested = ruleTests(watched, alerts, 'rules.yml').tests.flatMap(
    ({ alert_rule_test }) => alert_rule_test,
  );
  for (const { alert } of alertsOf(rulesOf())) {
    const of = tested.filter(({ alertname }) => alertname === alert);
    assert.ok(
      of.some(({ exp_alerts }) => exp_alerts.length > 0),
      `${alert} fires`,
    );
    assert.ok(
      of.some(({ exp_alerts }) => exp_alerts.length === 0),
      `${alert} is silent`,
    );
  }
});
