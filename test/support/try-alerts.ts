/**
 * Alerts and dashboard seen to work: k6 writes a good and a bad run on the reference target into a Prometheus that has
 * the rules. They are looked at each second and wait for nothing, so that a run of seconds is enough.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { untouched } from '../../cli/demo/untouched.ts';
import { dashboard } from '../../lib/prometheus/dashboard.ts';
import { MISSING, ruleFile } from '../../lib/prometheus/rules.ts';
import { TREND_STATS } from '../../lib/prometheus/series.ts';
import { watchedGates } from '../../lib/prometheus/watched.ts';
import { alerts } from '../../thresholds/alerts.ts';
import { environments } from '../../thresholds/environments.ts';
import { monitor } from '../../thresholds/monitor.ts';
import { withTarget, type TargetAddress } from '../../cli/demo/target.ts';
import { provideK6 } from '../../cli/k6/provide.ts';
import { CliError } from '../../cli/errors.ts';
import { runScenario } from '../../cli/scenario/run.ts';
import type { Variables } from '../../cli/scenario/variables.ts';
import { withPrometheus, type Prometheus } from './prometheus.ts';

/**
 * The two kinds of load test, as short as their numbers mean something, and what is wrong with the target when they are
 * bad.
 */
const RUNS: readonly { scenario: string; variables: Variables; bad: object }[] = [
  {
    scenario: 'heavy',
    variables: { RATE: `${rampSeconds()}s:40` },
    bad: { base: { waitMs: 200, errorRate: 0.2, queueGrowth: 10 } },
  },
  {
    scenario: 'overhead',
    variables: { BLOCKS: '5', LEAST_SECONDS: '5' },
    bad: { TRACK_MODEL_COSTS: { waitMs: 300 } },
  },
];

/** The growth of a queue is known after five looks at the target, and judged after three more. */
function rampSeconds(): number {
  const { intervalMs } = { ...monitor, ...environments.local.monitor };
  return Math.ceil(3 + (5 * intervalMs) / 1_000);
}

/** What must come of it. */
const EXPECTED = ['ErrorRateAboveLimit', 'OverheadAboveBudget', 'P95AboveLimit', 'QueueGrows'];

/** @returns 0 where every query of the dashboard has data, a good run raises no alert, and a bad one all of them */
async function tryAlerts(): Promise<number> {
  await provideK6();
  const hasty = { ...alerts, evaluationInterval: '1s', for: '0s' };
  const rules = stringify(ruleFile(watchedGates(hasty), hasty));
  return withPrometheus(rules, (prometheus) =>
    withTarget(async (target) => {
      say(`Prometheus with the rules of deploy/prometheus/ answers at ${prometheus.baseUrl}.`);
      const start = Date.now() / 1_000;
      say('\n── good runs');
      await runAll(target, prometheus, false);
      const silent = await firing(prometheus);
      const queries = await queriesWithData(prometheus, start);
      say('\n── bad runs: slow, with errors, a growing queue, and observability that costs 300 ms');
      await runAll(target, prometheus, true);
      return report(silent, await firing(prometheus), queries);
    }),
  );
}

async function runAll(target: TargetAddress, { writeUrl }: Prometheus, isBad: boolean): Promise<void> {
  const env: NodeJS.ProcessEnv = {
    ...untouched,
    K6_OUT: 'experimental-prometheus-rw',
    K6_PROMETHEUS_RW_SERVER_URL: writeUrl,
    K6_PROMETHEUS_RW_TREND_STATS: TREND_STATS,
    // Sending, and the series of the reports, hold up the requests of an experiment on a small machine.
    K6_PROMETHEUS_RW_PUSH_INTERVAL: '3s',
    K6_WEB_DASHBOARD: 'false',
  };
  for (const { scenario, variables, bad } of RUNS) {
    if (isBad) await inject(target, bad);
    const given = { ...variables, TEST_ENV: 'local', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token };
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const { code } = await runScenario(scenario, given, env);
      if (code !== EXIT_CODES.invalid) break;
    }
  }
}

/** A machine that was busy with something else makes the measurement invalid: then once more. */
const TRIES = 2;

/** Replaces what was wrong before. */
async function inject({ baseUrl, token }: TargetAddress, injection: object): Promise<void> {
  const { ok, status } = await fetch(`${baseUrl}/api/v1/observability/injection`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(injection),
  });
  if (!ok) throw new CliError(`the reference target does not take the injection: ${status}`);
}

/** An alert that fires, as one line. */
interface Firing {
  name: string;
  summary: string;
}

/** After the next two looks at the rules. */
async function firing(prometheus: Prometheus): Promise<Firing[]> {
  await wait(2_500);
  const { alerts: raised } = (await prometheus.get('alerts')) as {
    alerts: { state: string; labels: Record<string, string>; annotations: Record<string, string> }[];
  };
  return raised
    .filter(({ state }) => state === 'firing')
    .map(({ labels, annotations }) => ({ name: labels.alertname ?? '', summary: annotations.summary ?? '' }))
    .sort((a, b) => (a.name + a.summary < b.name + b.summary ? -1 : 1));
}

interface Queries {
  count: number;
  /** Those that gave nothing. */
  empty: string[];
}

/** Runs each query of the dashboard over the time of the runs. */
async function queriesWithData(prometheus: Prometheus, start: number): Promise<Queries> {
  const panels = dashboard().panels as { title: string; targets?: { expr: string }[] }[];
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const empty: string[] = [];
  for (const { title, expr } of queries) {
    const query = expr
      .replaceAll('$environment', '.*')
      .replaceAll('$test', '.*')
      .replaceAll('$__rate_interval', '15s');
    const range = { query, start: String(start), end: String(Date.now() / 1_000), step: '1s' };
    const { result } = (await prometheus.get('query_range', range)) as { result: unknown[] };
    if (result.length === 0) empty.push(`${title}: ${expr}`);
  }
  return { count: queries.length, empty };
}

function report(silent: readonly Firing[], raised: readonly Firing[], { count, empty }: Queries): number {
  const wrong = silent.filter(({ name }) => name !== MISSING);
  const names = new Set(raised.map(({ name }) => name));
  const absent = EXPECTED.filter((name) => !names.has(name));
  const list = (all: readonly Firing[]) => all.map(({ name, summary }) => `  ${name.padEnd(22)}  ${summary}`);
  say(
    [
      '',
      `Dashboard: ${count - empty.length} of ${count} queries return data`,
      ...empty.map((query) => `  nothing for ${query}`),
      `Good runs: ${wrong.length === 0 ? 'no alert about them' : 'alerts, and there should be none'}`,
      ...list(silent),
      `Bad runs: ${absent.length === 0 ? 'every alert fires' : `${absent.join(', ')} should fire, too`}`,
      ...list(raised),
    ].join('\n'),
  );
  return empty.length + wrong.length + absent.length === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await tryAlerts();
