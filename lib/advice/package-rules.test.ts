import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionResult, experimentResult, profileResult } from '../../test/support/results.ts';
import { costlyPackages } from './package-rules.ts';
import { recommend } from './experiment-rules.ts';

const times = (baselineUs: number, treatmentUs: number) => ({ baselineUs, treatmentUs });

/** Of 1,200 µs that are added, so many are a package's. */
function profileWith(us: number) {
  const profile = profileResult();
  return {
    ...profile,
    packages: [
      { name: 'tokens', kind: 'package' as const, self: times(0, us), charged: times(50, 50 + us) },
      { name: 'Node.js', kind: 'node' as const, self: times(0, 900), charged: times(0, 900) },
    ],
    functions: [{ name: 'count', package: 'tokens', file: 'lib/count.js', charged: times(0, us) }],
  };
}

test('a package that uses a fifth of what is added is named, with its function; Node.js and a smaller one are not', () => {
  assert.deepEqual(costlyPackages(profileWith(840), 'the added CPU'), [
    '70 % of the added CPU is in tokens: 840 µs of 1.20 ms a request, most of it in count (lib/count.js)',
  ]);
  assert.equal(costlyPackages(profileWith(240), 'the added CPU').length, 1);
  assert.deepEqual(costlyPackages(profileWith(239), 'the added CPU'), []);
});

test('nothing is named where the treatment takes no more CPU', () => {
  const profile = profileWith(840);
  const [baseline] = profile.arms;
  assert.ok(baseline);
  assert.deepEqual(costlyPackages({ ...profile, arms: [baseline, baseline] }, 'the added CPU'), []);
});

test("a profile of the experiment's arms is advice of its own; one of a flag stands with the flag that costs most", () => {
  const rulesOf = (result: Parameters<typeof recommend>[0]) =>
    recommend(result).filter(({ evidence }) => evidence.some((line) => line.includes('is in tokens')));
  const [own] = rulesOf({ ...experimentResult(), profile: profileWith(840) });
  assert.equal(own?.rule, 'costly-package');

  const attribution = attributionResult();
  const flag = 'ENABLE_SIMILARITY_LOGGING';
  const [ofFlag, ...others] = rulesOf({ ...attribution, profile: { ...profileWith(840), flag } });
  assert.equal(ofFlag?.rule, 'largest-flag');
  assert.deepEqual(ofFlag.evidence, [
    `${flag} is 61.3 ms of 84.2 ms at P95 (95 %: 53.2 ms to 69.4 ms)`,
    '70 % of its CPU is in tokens: 840 µs of 1.20 ms a request, most of it in count (lib/count.js)',
  ]);
  assert.deepEqual(others, []);
});
