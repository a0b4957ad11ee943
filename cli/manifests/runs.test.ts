import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { CliError } from '../errors.ts';
import { manifestsOf } from './manifests.ts';
import { runsOf, type Asked } from './runs.ts';
import { testRun } from './test-run.ts';

const asked: Asked = {
  scenario: 'heavy',
  name: 'heavy-staging',
  parallelism: 4,
  variables: { TEST_ENV: 'staging' },
  background: null,
};
const beside = { scenario: 'heavy', perSecond: 200, minutes: 30 };
const experiment: Asked = { ...asked, scenario: 'overhead', name: 'overhead-staging', background: beside };
const alone: Asked = { ...experiment, parallelism: 1, background: null };

test('a load by four: every runner derives its part from the name of its job, and its token from the Secret', () => {
  const [run, ...others] = runsOf(asked);
  assert.ok(run);
  assert.deepEqual(others, []);
  const { spec } = testRun(run);
  assert.equal(spec.parallelism, 4);
  const names = spec.runner.env.map(({ name }) => name);
  assert.ok(names.indexOf('JOB_NAME') < names.indexOf('PART'), 'Kubernetes puts in earlier variables only');
  assert.deepEqual(
    spec.runner.env.find(({ name }) => name === 'PART'),
    { name: 'PART', value: '$(JOB_NAME)/4' },
  );
  assert.deepEqual(
    spec.runner.env.find(({ name }) => name === 'AUTH_TOKEN'),
    { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: 'k6-overhead', key: 'AUTH_TOKEN' } } },
  );
});

test('the initializer, whose variables become arguments, gets no reference to the Secret', () => {
  const [run] = runsOf(asked);
  assert.ok(run);
  assert.ok(!JSON.stringify(testRun(run).spec.initializer).includes('secretKeyRef'));
});

test('one generator has no part, and is judged by k6 itself', () => {
  const [run] = runsOf({ ...asked, parallelism: 1 });
  assert.ok(run);
  assert.ok(!JSON.stringify(testRun(run).spec).includes('PART'));
});

test('an experiment beside a load: one generator switches and judges, and says what else was there', () => {
  const [load, overhead] = runsOf(experiment);
  assert.equal(load?.parallelism, 4);
  assert.deepEqual(load.variables, { TEST_ENV: 'staging', RATE: '30s:200,30m:200', MONITOR: 'off' });
  assert.equal(overhead?.parallelism, 1);
  assert.equal(overhead.variables.BACKGROUND, 'heavy at 200/s by 4 generators');
  assert.equal(load.name, 'overhead-staging-load');
});

test('the names of all jobs fit into a label of Kubernetes', () => {
  for (const of of [
    { ...asked, name: 'a'.repeat(51) },
    { ...experiment, name: 'a'.repeat(46) },
  ])
    for (const { name } of runsOf(of)) assert.ok(`${name}-initializer`.length <= 63, name);
});

test('what Kubernetes would put in is left as it is written', () => {
  const [run] = runsOf({ ...asked, variables: { ...asked.variables, ENDPOINT: '/a$(b)' } });
  assert.ok(run);
  assert.deepEqual(testRun(run).spec.runner.env[1], { name: 'ENDPOINT', value: '/a$$(b)' });
});

test('deploy/k6-operator/example/ is what the command writes', () => {
  const folder = join(import.meta.dirname, '../../deploy/k6-operator/example');
  for (const [name, text] of manifestsOf(runsOf(experiment))) {
    const file = join(folder, name);
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, text);
    }
    assert.ok(
      readFileSync(file, 'utf8') === text,
      `${name} is not what thresholds/ says: UPDATE_GOLDEN=1 node --import tsx --test cli/manifests/runs.test.ts`,
    );
  }
});

test('a text stays a text for a reader of YAML 1.1, as kubectl is one', () => {
  const variables = { TEST_ENV: 'local', MONITOR: 'off', SEED: '17', STAGES: '30s:30' };
  const text = manifestsOf(runsOf({ ...asked, variables }))
    .map(([, manifest]) => manifest)
    .join('---\n');
  for (const document of parseAllDocuments(text, { version: '1.1' })) {
    const { spec } = document.toJS() as { spec: { runner?: { env: { name: string; value?: unknown }[] } } };
    for (const [name, value] of Object.entries(variables)) {
      if (spec.runner !== undefined)
        assert.equal(spec.runner.env.find((of) => of.name === name)?.value, value);
    }
  }
});

const refusals: [what: string, asked: Asked, message: RegExp, code: number][] = [
  ['a name with capitals', { ...asked, name: 'Heavy' }, /^--name 'Heavy': give small letters/, 2],
  ['a name that is too long', { ...asked, name: 'a'.repeat(52) }, /^--name 'a+': give small letters/, 2],
  [
    'a name that is too long for a load in the background',
    { ...experiment, name: 'a'.repeat(47) },
    /^--name 'a+': give small letters, digits and dashes, 46 at most/,
    2,
  ],
  ['a token', { ...asked, variables: { AUTH_TOKEN: 'abc' } }, /^a token does not belong into a manifest/, 2],
  ['four experiments', { ...experiment, background: null }, /^overhead is one generator's experiment/, 2],
  ['a load beside a load', { ...asked, background: beside }, /^--background is for an experiment/, 2],
  [
    'no such background',
    { ...experiment, background: { ...beside, scenario: 'nope' } },
    /^--background 'nope'; there are smoke, light/,
    2,
  ],
  [
    'no such environment',
    { ...asked, variables: { TEST_ENV: 'nope' } },
    /^TEST_ENV: 'nope'; allowed: local/,
    107,
  ],
  ['a wrong setting', { ...asked, variables: { P95: 'fast' } }, /^P95: 'fast'; expected milliseconds/, 107],
  ['more parts than users', { ...asked, parallelism: 51 }, /^PART: '1\/51', and the load has 50 users/, 107],
  [
    'a protected environment',
    { ...asked, variables: { TEST_ENV: 'production' } },
    /^CONFIRM: production is/,
    107,
  ],
  [
    'a payload file',
    { ...asked, variables: { PAYLOAD: 'a.json' } },
    /^payload a.json: a pod has no such file/,
    107,
  ],
  ['a wrong setting of an experiment', { ...alone, variables: { BLOCKS: 'abc' } }, /^BLOCKS: 'abc'; /, 107],
  [
    'a wrong setting of an experiment beside a load',
    { ...experiment, variables: { BLOCKS: 'abc' } },
    /^BLOCKS: 'abc'; /,
    107,
  ],
  [
    'a payload file of an experiment',
    { ...alone, variables: { PAYLOAD: 'a.json' } },
    /^payload a.json: a pod has no such file/,
    107,
  ],
];
for (const [what, of, message, code] of refusals) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => runsOf(of),
      (error: unknown) => error instanceof CliError && message.test(error.message) && error.exitCode === code,
    );
  });
}
