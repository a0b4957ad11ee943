import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribution as defaults } from '../../thresholds/attribution.ts';
import { ending } from '../../test/support/endings.ts';
import type { Environment, Settings } from '../../thresholds/types.ts';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import { planSize } from './experiment-plan.ts';
import { attributionConfig } from './attribution-config.ts';
import { ConfigError } from './config-error.ts';
import type { Env } from './variables.ts';

/** A whole attribution, with what a test changes in it. */
function from({ overhead, attribution }: Pick<Environment, 'overhead' | 'attribution'> = {}, env: Env = {}) {
  const local: Environment = {
    ...fixtureEnvironment,
    overhead: { ...fixtureEnvironment.overhead, ...overhead },
    attribution: { ...fixtureEnvironment.attribution, design: 'full', ...attribution },
  };
  return attributionConfig(env, { environments: { local } });
}

test('everything off, and every combination of the flags with observability on', () => {
  const { plan, design, earlyStop } = from();
  assert.deepEqual([plan.arms.length, design, earlyStop], [17, 'full', false]);
  const [baseline, alone] = plan.arms;
  assert.deepEqual(Object.values(baseline?.flags ?? {}), Array<boolean>(5).fill(false));
  assert.equal(baseline?.name, 'baseline');
  assert.equal(alone?.name, 'ENABLE_OBSERVABILITY');
  for (const { flags } of plan.arms.slice(1)) assert.equal(flags.ENABLE_OBSERVABILITY, true);
  const all = plan.arms.find(({ name }) => name === 'treatment');
  assert.deepEqual(Object.values(all?.flags ?? {}), Array<boolean>(5).fill(true));
  assert.equal(new Set(plan.arms.map(({ flags }) => JSON.stringify(flags))).size, 17);
});

test('half of them: D = ABC, with none and all of the flags', () => {
  const { plan } = from({}, { DESIGN: 'half' });
  assert.equal(plan.arms.length, 9);
  for (const { flags } of plan.arms.slice(1)) {
    assert.equal(
      Object.values(flags).filter(Boolean).length % 2,
      1,
      'observability, and an even number of flags',
    );
  }
});

test('the limits on what the treatment costs are those of the overhead experiment', () => {
  const overhead = { ...fixtureEnvironment.overhead, limits: { cpuMsPerRequest: 2 } };
  const own = attributionConfig(
    {},
    { environments: { local: { ...fixtureEnvironment, attribution: { design: 'full' }, overhead } } },
  );
  assert.deepEqual(own.costLimits, { cpuMsPerRequest: 2 });
  const { says } = ending('cost-limits-unwatched');
  assert.throws(
    () => from({ overhead }, { MONITOR: 'off' }),
    (error) => error instanceof ConfigError && error.message.startsWith(says.slice(0, 14)),
  );
});

/** So many settings without a main one. */
const settingsOf = (count: number, main?: string): Settings => ({
  values: Object.fromEntries(
    'a,b,c,d,e,f,g,h'
      .split(',')
      .slice(0, count)
      .map((name) => [name, {}]),
  ),
  ...(main === undefined ? {} : { main }),
});
const of = (settings: Settings, env: Env = {}) =>
  attributionConfig(env, {
    environments: { local: { ...fixtureEnvironment, settings, attribution: { design: 'full' } } },
  });

test('two to seven settings: all combinations of up to four, sixteen of those of more', () => {
  const expected: [settings: Settings, arms: number, design: string][] = [
    [settingsOf(2), 4, 'full'],
    [settingsOf(3), 8, 'full'],
    [settingsOf(4), 16, 'full'],
    // Of five none is not among the sixteen.
    [settingsOf(5), 17, 'fraction'],
    [settingsOf(6), 16, 'fraction'],
    [settingsOf(7), 16, 'fraction'],
    [settingsOf(6, 'a'), 18, 'fraction'],
    [settingsOf(8, 'a'), 17, 'fraction'],
  ];
  for (const [settings, arms, design] of expected) {
    const { plan, design: found } = of(settings);
    const what = JSON.stringify(settings);
    assert.deepEqual([plan.arms.length, found], [arms, design], what);
    assert.equal(new Set(plan.arms.map(({ flags }) => JSON.stringify(flags))).size, arms, what);
    assert.equal(new Set(plan.arms.map(({ name }) => name)).size, arms, what);
    const all = plan.arms.find(({ name }) => name === 'treatment')?.flags ?? {};
    assert.ok(Object.values(all).every(Boolean), what);
    assert.deepEqual(
      [plan.arms[0]?.name, Object.values(plan.arms[0]?.flags ?? {}).some(Boolean)],
      ['baseline', false],
    );
  }
});

test('a number of settings that no design fits is refused', () => {
  assert.throws(
    () => of(settingsOf(1)),
    ({ message }: Error) => message.includes(ending('attribution-of-one').says),
  );
  assert.throws(
    () => of(settingsOf(3), { DESIGN: 'half' }),
    ({ message }: Error) => message.includes(ending('half-of-three').says),
  );
});

test('environment variable, then environment file, then default; budget and mode are the overhead’s', () => {
  const { switching, baseUrl, auth } = fixtureEnvironment;
  const { plan: shipped } = attributionConfig({}, { environments: { local: { switching, baseUrl, auth } } });
  assert.equal(shipped.blocks, defaults.blocks);
  const file = { attribution: { design: 'half', blocks: 6 }, overhead: { budgetMs: 80 } } as const;
  const { plan, budgets, design } = from(file);
  const p95 = (ms: number) => [{ level: 0.95, limit: { ms } }];
  assert.deepEqual([plan.blocks, budgets, design], [6, p95(80), 'half']);
  const asked = from(file, { BLOCKS: '7', BUDGET: '90', DESIGN: 'full', RATE: '60' });
  assert.deepEqual(
    [asked.plan.blocks, asked.budgets, asked.design, asked.plan.rate],
    [7, p95(90), 'full', 60],
  );
});

test('header mode: at least 20 blocks, in each as many requests for an arm as in one of its own', () => {
  const { plan } = from({ overhead: { mode: 'header' } });
  assert.deepEqual([plan.blocks, plan.seconds], [20, 17 * 4]);
  assert.equal(planSize(plan).requestsPerArmAndBlock, planSize(from().plan).requestsPerArmAndBlock);
  assert.equal(from({}, { MODE: 'header', BLOCKS: '25' }).plan.blocks, 25);
});

const wrong: [env: Env, line: RegExp][] = [
  [{ DESIGN: 'quarter' }, /^DESIGN: 'quarter'; allowed: full, half$/],
  [{ EARLY_STOP: 'on' }, /^EARLY_STOP: 'on'; expected off/],
  [{ TREATMENT: 'all' }, /^TREATMENT: 'all'; expected nothing/],
  [{ BASELINE: 'none' }, /^BASELINE: 'none'; expected nothing/],
  [
    { BLOCKS: '4' },
    /^attribution plan: 4 blocks in toggle mode; expected at least 5 \(BLOCKS, RATE, LEAST_SECONDS, or attribution in thresholds\/local\.ts\)$/,
  ],
  [{ MODE: 'header', BLOCKS: '8' }, /8 blocks in header mode; expected at least 20/],
  [{ RATE: '10' }, /make 40 requests per arm and block; expected at least 200/],
  [{ RATE: '1s:10' }, /^RATE: '1s:10'; expected requests per second/],
];

for (const [env, line] of wrong) {
  test(`${JSON.stringify(env)} is refused in one line`, () => {
    assert.throws(
      () => from({}, env),
      (error) => error instanceof ConfigError && line.test(error.message),
    );
  });
}

test('EARLY_STOP=off says what attribution does anyway', () => {
  assert.equal(from({}, { EARLY_STOP: 'off' }).earlyStop, false);
});
