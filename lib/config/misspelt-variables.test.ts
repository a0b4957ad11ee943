import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseMisspelt } from './misspelt-variables.ts';
import { VARIABLES } from './variables.ts';

const settings = ['ENABLE_OBSERVABILITY', 'FLAG_1'];

test('a variable that is nearly one of the suite is named with the one that is meant', () => {
  for (const [wrong, meant] of [
    ['BUGDET', 'BUDGET'],
    ['BUDGETS', 'BUDGET'],
    ['budget', 'BUDGET'],
    ['P59', 'P95'],
    ['p95', 'P95'],
    ['ERORR_RATE', 'ERROR_RATE'],
    ['ERRORRATE', 'ERROR_RATE'],
    ['TESTENV', 'TEST_ENV'],
    ['ENABLE_OBSERVABILTY', 'ENABLE_OBSERVABILITY'],
  ] as const) {
    assert.throws(
      () => {
        refuseMisspelt({ [wrong]: '20' }, settings);
      },
      {
        message: `${wrong}: unknown name; expected ${meant}, or no such variable`,
      },
    );
  }
});

test('what a shell has besides is none of the suite’s', () => {
  const own = [...VARIABLES, 'TEST_ENV', ...settings];
  const others = [
    'PATH',
    'HOME',
    'NODE',
    'STAGE',
    'LANG',
    'NODE_ENV',
    'BUILD_URL',
    'FLAG_2',
    'P99',
    'CODE',
    'LOADS',
  ];
  refuseMisspelt(Object.fromEntries([...own, ...others].map((name) => [name, 'x'])), settings);
  refuseMisspelt({ BUGDET: ' ' }, settings);
});
