import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import { attribute, effectsOf, type Attribution } from './attribution.ts';
import { armName, combinationsOf, type Design, type Features } from '../config/arms.ts';
import { binomialTail } from '../../test/support/binomial.ts';
import { estimate, overheadContrast } from './estimate.ts';
import { seeded } from '../statistics/random.ts';
import { armOfP95s } from '../../test/support/arms.ts';
import {
  simulateArms,
  trueArms,
  type ArmEffect,
  type ArmsSession,
} from '../../test/support/simulate-arms.ts';

const features: Features = {
  flags: ['a', 'b', 'c', 'd'],
  baseline: 'off',
  alone: 'alone',
  treatment: 'all',
};
const BLOCKS = 8;

/** A session in which the flags that are on add what `of` says; `alone` costs 5 ms by itself. */
function session(design: Design, of: (on: readonly string[]) => Partial<ArmEffect>): ArmsSession {
  const arms = combinationsOf(design, features.flags).map(({ on }): [string, ArmEffect] => {
    const { constantMs = 0, effect = { kind: 'none' } } = of(on);
    return [armName(features, on), { constantMs: constantMs + 5, effect }];
  });
  return {
    blocks: BLOCKS,
    requests: 250,
    correlation: 0,
    ramp: 0,
    arms: new Map([['off', { constantMs: 0, effect: { kind: 'none' } }], ...arms]),
  };
}

const value = (attribution: Attribution) =>
  Object.fromEntries(attribution.shares.map(({ flag, estimate: { value: ms } }) => [flag, ms]));

test('seventeen arms, or nine: everything off, and the combinations of the flags', () => {
  assert.equal(combinationsOf('full', features.flags).length, 16);
  assert.equal(combinationsOf('half', features.flags).length, 8);
  assert.equal(armName(features, []), 'alone');
  assert.equal(armName(features, ['a', 'c']), 'a+c');
  assert.equal(armName(features, features.flags), 'all');
});

for (const design of ['full', 'half'] as const) {
  test(`${design}: true shares, and with the rest they add up to the overhead`, () => {
    const arms = trueArms(
      session(design, (on) => ({
        constantMs:
          (on.includes('a') ? 40 : 0) +
          (on.includes('b') ? 20 : 0) +
          (on.includes('a') && on.includes('b') ? 10 : 0) -
          (on.includes('d') ? 8 : 0),
      })),
    );
    const attribution = attribute(design, features, arms);
    const shares = value(attribution);
    for (const [flag, ms] of Object.entries({ a: 45, b: 25, c: 0, d: -8 }))
      close(shares[flag] ?? NaN, ms, 1e-9);
    assert.deepEqual(
      attribution.shares.map(({ flag }) => flag),
      ['a', 'b', 'c', 'd'],
    );
    assert.ok(attribution.rest);
    close(attribution.rest.estimate.value, 5, 1e-9);
    const [strongest] = attribution.interactions;
    assert.deepEqual(strongest?.flags, ['a', 'b']);
    assert.deepEqual(strongest.orOf, design === 'full' ? [] : [['c', 'd']]);
    close(strongest.estimate.value, 10, 1e-9);
    const sum = Object.values(shares).reduce((total, ms) => total + ms, attribution.rest.estimate.value);
    close(sum, estimate(arms, overheadContrast('off', 'all')).value, 1e-9);
  });
}

for (const count of [5, 6, 7]) {
  test(`a fraction of ${count}: true shares; what three cost only together is no one's`, () => {
    const flags = 'a,b,c,d,e,f,g'.split(',').slice(0, count);
    const of: Features = { flags, baseline: 'off', alone: 'off', treatment: 'all' };
    const costOf = (on: readonly string[]) =>
      (on.includes('a') ? 40 : 0) +
      (on.includes('e') ? 12 : 0) +
      (on.includes('a') && on.includes('b') ? 10 : 0) +
      (['a', 'b', 'c'].every((flag) => on.includes(flag)) ? 8 : 0);
    const combinations = [...combinationsOf('fraction', flags).filter(({ on }) => on.length > 0), { on: [] }];
    const arms = trueArms({
      ...session('full', () => ({})),
      arms: new Map(
        combinations.map(({ on }) => [armName(of, on), { constantMs: costOf(on), effect: { kind: 'none' } }]),
      ),
    });
    const attribution = attribute('fraction', of, arms);
    assert.equal(attribution.rest, null);
    assert.ok(attribution.together);
    const sum = Object.values(value(attribution)).reduce((total, ms) => total + ms, 0);
    close(sum + attribution.together.estimate.value, 70, 1e-9);
    const pair = attribution.interactions.find(({ flags: of }) => of.join() === 'a,b');
    assert.ok(pair);
    // Of five flags each pair stands for itself.
    assert.equal(pair.orOf.length, { 5: 0, 6: 1, 7: 2 }[count]);
    const pairs = attribution.interactions.flatMap(({ flags: of, orOf }) => [of, ...orOf]);
    assert.equal(new Set(pairs.map((of) => of.join())).size, (count * (count - 1)) / 2);
  });
}

test('with measured noise the shares add up as exactly', () => {
  const drawn = simulateArms(
    session('full', () => ({})),
    seeded('sum'),
  );
  const attribution = attribute('full', features, drawn);
  assert.ok(attribution.rest);
  const sum = Object.values(value(attribution)).reduce((total, ms) => total + ms, 0);
  close(sum + attribution.rest.estimate.value, estimate(drawn, overheadContrast('off', 'all')).value, 1e-9);
});

/** An overhead of about `middle`, of blocks that spread by 1. */
const about = (middle: number, blocks = 6) =>
  estimate(
    [
      armOfP95s('baseline', Array<number>(blocks).fill(100), { requests: 2_000 }),
      armOfP95s(
        'treatment',
        Array.from({ length: blocks }, (_, i) => 100 + middle + (i % 2 === 0 ? 1 : -1)),
        { requests: 2_000 },
      ),
    ],
    overheadContrast('baseline', 'treatment'),
  );

test('an effect is what chance does not explain; with few blocks nothing is', () => {
  const effects = (...of: ReturnType<typeof about>[]) => effectsOf(of).map(({ effect }) => effect);
  assert.deepEqual(effects(about(30), about(0), about(-30), about(0)), ['cost', 'noise', 'saving', 'noise']);
  assert.deepEqual(effects(about(30, 4)), ['noise']);
  // Its 95 % interval excludes 0; among five it is not strong enough, unless others are that are stronger (Holm).
  const weak = about(1.2);
  assert.ok(weak.interval !== null && weak.interval.lower > 0);
  assert.deepEqual(effects(weak, about(0), about(0), about(0), about(0))[0], 'noise');
  assert.deepEqual(effects(weak, about(30), about(30), about(30), about(30))[0], 'cost');
});

/** Costs of known size: in one, two and three flags, and as an interaction; `c` and `d` differ in kind. */
const cases: Record<string, { of: (on: readonly string[]) => Partial<ArmEffect>; free: string[] }> = {
  'no flag': { of: () => ({}), free: ['a', 'b', 'c', 'd'] },
  'one flag': { of: (on) => ({ constantMs: on.includes('a') ? 60 : 0 }), free: ['b', 'c', 'd'] },
  'two flags': {
    of: (on) => ({ constantMs: (on.includes('a') ? 60 : 0) + (on.includes('b') ? 25 : 0) }),
    free: ['c', 'd'],
  },
  'three flags, one of them exponential': {
    of: (on) => ({
      constantMs: (on.includes('a') ? 40 : 0) - (on.includes('b') ? 20 : 0),
      effect: on.includes('c') ? { kind: 'exponential', mean: 40 } : { kind: 'none' },
    }),
    free: ['d'],
  },
  'an interaction of two flags': {
    of: (on) => ({ constantMs: on.includes('a') && on.includes('b') ? 60 : 0 }),
    free: ['c', 'd'],
  },
};

/** A true share at the limit gives one so far beyond it with less probability. */
const CHANCE = 0.001;

for (const design of ['full', 'half'] as const) {
  // SESSIONS=400: the numbers of docs/attribution.md, in a minute.
  const sessions = Number(process.env.SESSIONS ?? (design === 'full' ? 24 : 36));
  for (const [name, { of, free }] of Object.entries(cases)) {
    test(`${design}, ${name}: shares cover the truth in 90 %, what costs nothing is a cause in at most 6 %`, (t) => {
      const simulated = session(design, of);
      const truth = attribute(design, features, trueArms(simulated));
      const trueShare = value(truth);
      const random = seeded(`attribution/${design}/${name}`);
      let missed = 0;
      let blamed = 0;
      let found = 0;
      for (let i = 0; i < sessions; i++) {
        const { shares } = attribute(design, features, simulateArms(simulated, random));
        for (const {
          flag,
          estimate: { interval },
        } of shares) {
          const share = trueShare[flag] ?? NaN;
          if (!interval || interval.lower > share || interval.upper < share) missed += 1;
        }
        if (shares.some(({ flag, effect }) => free.includes(flag) && effect !== 'noise')) blamed += 1;
        if (shares.every(({ flag, effect }) => free.includes(flag) || effect !== 'noise')) found += 1;
      }
      const judged = sessions * features.flags.length;
      t.diagnostic(`${judged - missed} of ${judged} shares cover; ${blamed} of ${sessions} sessions blame`);
      assert.ok(binomialTail(missed, judged, 0.1) >= CHANCE, `${missed} of ${judged} shares miss the truth`);
      assert.ok(binomialTail(blamed, sessions, 0.06) >= CHANCE, `${blamed} of ${sessions} sessions blame`);
      assert.ok(found / sessions > 0.7, `${found} of ${sessions} sessions find what costs`);
    });
  }
}
