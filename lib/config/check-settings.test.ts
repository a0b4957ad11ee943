/** Settings of an environment's own: what they may be, what arms they make, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureEnvironment } from '../../test/support/fixture-environment.ts';
import { ending } from '../../test/support/endings.ts';
import type { Environment, Settings, Switching } from '../../thresholds/types.ts';
import { loadConfig } from './config.ts';
import { armCalled, flagsOfArm } from './settings.ts';
import { settingsOf } from './check-settings.ts';
import { overheadConfig } from './overhead-config.ts';
import type { Env } from './variables.ts';

/** One switch the other way round, one of three values, and one of numbers. */
const otel: Settings = {
  values: {
    OTEL_SDK_DISABLED: { off: 'true', on: 'false' },
    OTEL_TRACES_SAMPLER_ARG: { off: '0', on: '1' },
    batch: { off: 0, on: 512 },
  },
  main: 'OTEL_SDK_DISABLED',
  arms: { sampled: { OTEL_TRACES_SAMPLER_ARG: '0.1' } },
};
const settings = settingsOf({ settings: otel }, 'thresholds/local.ts');
const local = (more: Partial<Environment>): Environment => ({ ...fixtureEnvironment, ...more });
const overhead = (more: Partial<Environment>, env: Env = {}) =>
  overheadConfig(env, { environments: { local: local(more) } });

test('arms: none, all, settings joined by +, and those that have names', () => {
  const asked = {
    none: ['true', '0', 0],
    all: ['false', '1', 512],
    sampled: ['false', '0.1', 0],
    OTEL_TRACES_SAMPLER_ARG: ['false', '1', 0],
    'OTEL_TRACES_SAMPLER_ARG+batch': ['false', '1', 512],
  };
  for (const [arm, values] of Object.entries(asked))
    assert.deepEqual(Object.values(flagsOfArm(settings, arm, 'TREATMENT')), values, arm);
  assert.equal(armCalled(settings, flagsOfArm(settings, 'sampled', 'TREATMENT')), 'sampled');
  assert.equal(armCalled(settings, flagsOfArm(settings, 'batch', 'TREATMENT')), 'batch');
  assert.equal(armCalled(settings, flagsOfArm(settings, 'OTEL_TRACES_SAMPLER_ARG+batch', '')), 'all');
  const { plan } = overhead({ settings: otel, overhead: { treatment: 'sampled' } });
  assert.equal(plan.arms[1]?.flags.OTEL_TRACES_SAMPLER_ARG, '0.1');
});

test('a load scenario takes the value of a setting from the variable of its name', () => {
  const config = (env: Env) =>
    loadConfig('light', env, { environments: { local: local({ settings: otel }) } });
  assert.deepEqual(config({ OTEL_TRACES_SAMPLER_ARG: '0.1', batch: '512' }).flags, {
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    batch: 512,
  });
  assert.equal(config({ ENABLE_OBSERVABILITY: 'false' }).flags, null, 'no setting of this environment');
  assert.throws(() => config({ batch: '64' }), { message: "batch: '64'; allowed: 0, 512" });
});

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i + 1}`, {}]));

/** A switch and a sink in two places, of which one thing is changed. */
const twoPlaces = (write: string[], proof: string[]): Partial<Environment> => ({
  settings: { values: { a: {}, b: {} } },
  switching: {
    by: 'call',
    timeoutMs: 1,
    write: [
      { method: 'PUT', path: '/', body: '{settings}', settings: ['a'] },
      { method: 'PUT', url: 'http://127.0.0.1:1/', body: '{value}', settings: write },
    ],
    proof: [{ by: 'echo', header: 'X-A', settings: proof }],
  },
});

/** What is wrong, by its row in docs/what-ends-how.md or by its line. */
const wrong: [what: Partial<Environment>, line: string | RegExp, env?: Env][] = [
  [{ settings: { values: many(9) } }, 'too-many-settings'],
  [{ settings: { values: {} } }, /settings values: 0 settings; expected 1 to 7$/],
  [{ settings: { values: { a: {} }, main: 'a' } }, /settings values: 0 settings besides a; expected 1 to 7$/],
  [{ settings: { values: { a: {}, b: {} }, main: 'c' } }, /settings main: 'c'; allowed: a, b$/],
  [{ settings: { values: { a: { off: 1, on: 1 } } } }, 'setting-without-effect'],
  [{ settings: { values: { BUDGET: {} } } }, 'setting-named-as-variable'],
  [
    twoPlaces(['b'], ['a', 'bb']),
    /switching\.proof settings: 'bb' is no setting; expected b, or another of a, b$/,
  ],
  [twoPlaces(['b'], ['a']), /switching\.proof: no proof speaks of b; expected one for each setting$/],
  [twoPlaces(['a'], ['a', 'b']), /switching\.write: no call sets b; expected one for each setting$/],
  [
    { settings: { values: { K6_VUS: {} } } },
    /values\.K6_VUS: is the name of a variable of the suite, or of k6/,
  ],
  [{ settings: { values: { 'a+b': {} } } }, /values\.a\+b: .*expected a name of letters/],
  [{ settings: { values: { a: {} }, arms: { none: {} } } }, /arms\.none: is the name of another arm/],
  [
    { settings: { values: { a: {} }, arms: { x: { A: true } } } },
    /arms\.x: 'A' is no setting; expected a, or/,
  ],
  [
    { overhead: { treatment: 'TRACK_MODEL_COST' } },
    /overhead\.treatment: 'TRACK_MODEL_COST'; allowed: none, all, or/,
  ],
  [
    {},
    /^TREATMENT: 'sampled'; allowed: none, all, or settings joined by \+ of ENABLE_/,
    { TREATMENT: 'sampled' },
  ],
  [
    { settings: { values: { a: {}, b: {} }, arms: { x: { a: true } } } },
    'arms-with-two-names',
    { BASELINE: 'a', TREATMENT: 'x' },
  ],
];

for (const [more, line, env] of wrong) {
  test(`${JSON.stringify(more)} ${env === undefined ? '' : JSON.stringify(env)} is refused in one line`, () => {
    assert.throws(
      () => overhead(more, env),
      ({ message }: Error) => {
        if (typeof line === 'string') assert.ok(message.includes(ending(line).says), message);
        else assert.match(message, line);
        return !message.includes('\n');
      },
    );
  });
}

test('a secret that switching needs is missed before anything is switched, and only then', () => {
  const switching: Switching = {
    by: 'call',
    write: {
      method: 'PUT',
      url: 'https://flags.example/{setting}',
      auth: { variable: 'FLAGS_TOKEN' },
      body: '{value}',
    },
    timeoutMs: 1,
    proof: 'none',
  };
  const { says } = ending('switching-secret-missing');
  assert.throws(
    () => overhead({ switching }),
    ({ message }: Error) => message.includes(says),
  );
  const load = (env: Env) => loadConfig('light', env, { environments: { local: local({ switching }) } });
  assert.throws(
    () => load({ ENABLE_OBSERVABILITY: 'false' }),
    ({ message }: Error) => message.includes(says),
  );
  assert.equal(load({}).flags, null);
  assert.equal(overhead({ switching }, { FLAGS_TOKEN: 't' }).switching, switching);
});

test('two settings with one name of the target are refused', () => {
  const names = { TRACK_MODEL_COSTS: 'ENABLE_OBSERVABILITY' };
  assert.throws(() => overhead({ switching: { ...fixtureEnvironment.switching, names } }), {
    message:
      "thresholds/local.ts switching.names: two settings are called 'ENABLE_OBSERVABILITY'; expected a name for each",
  });
});
