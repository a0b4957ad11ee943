import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { refuseUnread } from './unread.ts';
import { refuseForeignSettings } from './variables.ts';

const all = { local: {}, staging: { settings: { values: { TRACING: { off: 'off', on: 'full' } } } } };

/** A value that each may have. */
const right: Readonly<Record<string, string>> = {
  CONFIRM: 'local',
  BASE_URL: 'http://127.0.0.1:1',
  ENDPOINT: '/x',
  PAYLOAD: 'test',
  SEED: '1',
  MONITOR: 'off',
  REPORT_DIR: '/tmp',
  BACKGROUND: 'much',
  MACHINE_CLASS: 'ci',
  P95: '100',
  ERROR_RATE: '0.1',
  ABORT: 'false',
  THINK_TIME: '1',
  ENABLE_OBSERVABILITY: 'false',
  ENABLE_LANGFUSE_EXPORT: 'false',
  ITERATIONS: '100',
  CONCURRENCY: '5',
  STAGES: '1m:50',
  LOAD: 'stages',
  PART: '1/2',
  RUN_ID: 'r1',
  RATE: '200',
  BUDGET: '100',
  BASELINE: 'none',
  TREATMENT: 'all',
  BLOCKS: '20',
  EARLY_STOP: 'off',
  LEAST_SECONDS: '5',
  MODE: 'toggle',
  DESIGN: 'half',
};

test('a setting of another environment is refused: it would switch nothing', () => {
  assert.throws(
    () => {
      refuseForeignSettings({ ENABLE_OBSERVABILITY: 'false' }, 'staging', all);
    },
    {
      message: ending('setting-of-another-environment').says,
    },
  );
  assert.throws(() => {
    refuseForeignSettings({ TRACING: 'off' }, 'local', all);
  }, /no setting of local; there are ENABLE_/);
});

test('its own settings and all other variables pass; an environment that is not there is for the run to name', () => {
  refuseForeignSettings({ TRACING: 'off', P95: '120' }, 'staging', all);
  refuseForeignSettings({ ENABLE_OBSERVABILITY: 'false' }, 'local', all);
  refuseForeignSettings({ TRACING: 'off' }, 'preview', all);
});

test('a variable that a scenario does not read is refused', () => {
  const token = { AUTH_TOKEN: 'tok' };
  const asked = (scenario: string, set: Record<string, string>) => () => {
    refuseUnread(scenario, set, { ...token, TEST_ENV: 'local', ...set });
  };
  for (const [scenario, name] of [
    ['heavy', 'BUDGET'],
    ['heavy', 'TREATMENT'],
    ['overhead', 'P95'],
    ['overhead', 'ITERATIONS'],
    ['overhead', 'ENABLE_LANGFUSE_EXPORT'],
    ['capacity', 'BUDGET'],
    ['capacity', 'STAGES'],
  ] as const)
    assert.throws(asked(scenario, { [name]: right[name] ?? '' }), {
      message: `--set ${name}: ${scenario} does not read it, so that nothing would change; docs/settings.md has the variables of each scenario`,
    });
});

test('the row of the table', () => {
  assert.throws(
    () => {
      refuseUnread('heavy', { BUDGET: '5' }, { AUTH_TOKEN: 'tok', TEST_ENV: 'local', BUDGET: '5' });
    },
    ({ message }: Error) => message.startsWith(ending('variable-not-read').says),
  );
});

test('all that the settings page gives a scenario is read, and what is wrong in itself is left to the run', () => {
  const every = [
    'CONFIRM',
    'BASE_URL',
    'ENDPOINT',
    'PAYLOAD',
    'SEED',
    'MONITOR',
    'REPORT_DIR',
    'BACKGROUND',
    'MACHINE_CLASS',
  ];
  const loads = ['P95', 'ERROR_RATE', 'ABORT', 'THINK_TIME', 'ENABLE_OBSERVABILITY'];
  const cases: [scenario: string, names: string[]][] = [
    ['heavy', [...every, ...loads, 'ITERATIONS', 'CONCURRENCY']],
    ['heavy', ['STAGES', 'LOAD']],
    ['heavy', ['PART', 'RUN_ID']],
    ['ramp', ['RATE']],
    [
      'overhead',
      [...every, 'BUDGET', 'BASELINE', 'TREATMENT', 'BLOCKS', 'RATE', 'EARLY_STOP', 'LEAST_SECONDS'],
    ],
    ['overhead', ['MODE']],
    ['attribution', [...every, 'MODE', 'BUDGET', 'BLOCKS', 'RATE', 'DESIGN']],
    ['capacity', [...every, 'BASELINE', 'TREATMENT', 'BLOCKS', 'P95', 'ERROR_RATE', 'RATE']],
  ];
  for (const [scenario, names] of cases) {
    const set = Object.fromEntries(names.map((name) => [name, right[name] ?? '']));
    refuseUnread(scenario, set, { AUTH_TOKEN: 'tok', TEST_ENV: 'local', ...set });
  }
  refuseUnread('heavy', { BUDGET: '5' }, { AUTH_TOKEN: 'tok', TEST_ENV: 'local', P95: 'fast' });
  refuseUnread('soak', { BUDGET: '5' }, {});
});
