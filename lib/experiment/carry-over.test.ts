import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/random.ts';
import { carryOver, describeCarryOver, type CarryOverQuestion } from './carry-over.ts';
import type { Visit } from './measurement.ts';
import { orderOf } from './plan.ts';

const question: CarryOverQuestion = {
  baseline: 'off',
  treatment: 'on',
  budgetMs: 150,
  noAnswerMs: 10_000,
  settleSeconds: 0.5,
  seconds: 2,
};
const NAMES = ['off', 'on'] as const;

/** A delay by seconds since the switch, by arm, and by whether the arm before was the other one. */
type Delay = (seconds: number, arm: (typeof NAMES)[number], switched: boolean, clockMs: number) => number;

function visits(blocks: number, delay: Delay, requests = 400, seed = ''): Visit[] {
  const random = seeded(`carry-over ${blocks}${seed}`);
  const settling = seeded(`settling ${seed}`);
  const plan = { seed: `order${seed}`, arms: NAMES.map((name) => ({ name, flags: {} })) };
  let before: string | null = null;
  let clock = 0;
  return Array.from({ length: blocks }, (_, block) => orderOf(plan, block))
    .flat()
    .flatMap((index) => {
      const arm = NAMES[index];
      if (arm === undefined) return [];
      const switched = before !== null && before !== arm;
      before = arm;
      // Settling varies by a quarter.
      clock += 2_500 + settling.integer(125);
      const dueMs = Array.from({ length: requests }, (_, i) => (2_000 * i) / requests);
      const latencyMs = dueMs.map(
        (due) => Math.exp(3 + 0.4 * random.normal()) + delay(due / 1_000 + 0.5, arm, switched, clock + due),
      );
      return [{ arm, startedAtMs: clock, dueMs, latencyMs }];
    });
}
const constant: Delay = (_, arm) => (arm === 'on' ? 100 : 0);
const late =
  (seconds: number): Delay =>
  (t, arm, switched) =>
    (arm === 'on') !== (switched && t < seconds) ? 200 : 0;

test('nothing carries over where the effect is there at once', () => {
  for (const delay of [() => 0, constant]) {
    const found = carryOver(visits(8, delay), question);
    assert.deepEqual([found.halves?.found, found.settleSeconds], [false, null]);
    assert.equal(describeCarryOver(found), null);
  }
});

test('stalls of the clock, in both arms, are hardly ever taken for an effect of an arm on the next', () => {
  let alarms = 0;
  for (let phaseMs = 0; phaseMs < 15_000; phaseMs += 375) {
    const stalls: Delay = (_, arm, switched, clockMs) => ((clockMs + phaseMs) % 15_000 < 1_000 ? 400 : 0);
    for (const blocks of [8, 12]) {
      const found = carryOver(visits(blocks, stalls, 400, `${phaseMs}`), question);
      if (describeCarryOver(found) !== null) alarms += 1;
    }
  }
  assert.ok(alarms <= 2, `${alarms} of 80`);
});

test('flags that take effect within the arm: the halves tell, and when it ends', () => {
  const found = carryOver(visits(8, late(1.5)), question);
  assert.equal(found.halves?.found, true);
  assert.ok(found.halves.lowerMs > 0);
  assert.equal(
    describeCarryOver(found),
    'the effect was still changing 1.5 s after the switch; expected settleSeconds 2 or more',
  );
});

test('flags that take effect after the arm: the predecessors tell', () => {
  const found = carryOver(visits(16, late(9)), question);
  assert.equal(found.halves?.found, false);
  assert.equal(found.predecessors?.found, true);
  assert.match(
    describeCarryOver(found) ?? '',
    /^arms after a switch differ by -\d+\.\d ms .* expected settleSeconds 4.5 or more$/,
  );
});

test('an effect that changes to the end of the arm', () => {
  const found = carryOver(
    visits(8, (t, arm) => (arm === 'on' ? 100 * t : 0)),
    question,
  );
  assert.equal(
    describeCarryOver(found),
    'the effect was still changing at the end of the arms; expected settleSeconds 4.5 or more',
  );
});

test('two blocks tell nothing; nor does a movement of less than a tenth of the budget', () => {
  const few = carryOver(visits(2, late(1.5)), question);
  assert.deepEqual([few.halves, few.predecessors, few.settleSeconds], [null, null, null]);
  const small = carryOver(
    visits(8, (t, arm) => (arm === 'on' && t > 1.5 ? 10 : 0)),
    question,
  );
  assert.equal(small.halves?.found, false);
});

test('a clock that jumps between arms changes nothing: only the order and the times within an arm count', () => {
  const jumped = visits(8, late(1.5)).map((visit, i) => ({
    ...visit,
    startedAtMs: visit.startedAtMs + (i % 3 === 0 ? -7_200_000 : 0),
  }));
  assert.deepEqual(carryOver(jumped, question), carryOver(visits(8, late(1.5)), question));
});
