import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { close } from '../../test/golden/statistics/close.ts';
import { at } from '../statistics/element.ts';
import { seeded } from '../statistics/random.ts';
import { blockOf, orderOf, settleSecondsOf } from './plan.ts';
import type { Plan } from '../config/experiment-plan.ts';

const off = { name: 'off', flags: { tracing: false } };
const on = { name: 'on', flags: { tracing: true } };
const plan: Plan = {
  mode: 'toggle',
  arms: [off, on],
  blocks: 20,
  rate: 100,
  seconds: 3,
  settleSeconds: 1,
  warmUpSeconds: 5,
  arrivals: 'poisson',
  seed: 'a run',
};
const header: Plan = { ...plan, mode: 'header', seconds: 5 };

test('order: random in each pair of blocks, then reversed', () => {
  const orders = Array.from({ length: 200 }, (_, b) => orderOf(plan, b).join(''));
  for (let b = 0; b < 200; b += 2) assert.equal(orders[b + 1], orders[b]?.split('').reverse().join(''));
  const forward = orders.filter((order, b) => b % 2 === 0 && order === '01').length;
  assert.ok(forward > 30 && forward < 70, `${forward} of 100 pairs start with the baseline`);
  const many = { seed: 'x', arms: ['a', 'b', 'c', 'd'].map((name) => ({ name, flags: {} })) };
  assert.deepEqual(orderOf(many, 1), orderOf(many, 0).reverse());
  assert.deepEqual(orderOf(many, 0).sort(), [0, 1, 2, 3]);
});

test('the seed determines a block, and each block is another', () => {
  assert.deepEqual(blockOf(plan, 3), blockOf({ ...plan }, 3));
  assert.notDeepEqual(blockOf(plan, 3).arrivals, blockOf(plan, 4).arrivals);
  assert.notDeepEqual(blockOf(plan, 3).arrivals, blockOf({ ...plan, seed: 'another' }, 3).arrivals);
  assert.notEqual(blockOf(plan, 3).payloadSeed, blockOf(plan, 4).payloadSeed);
});

test('Poisson arrivals: as many as planned, ascending, within the arm, gaps like exponential ones', () => {
  const { arrivals, assignment } = blockOf({ ...plan, rate: 2000 }, 0);
  assert.equal(arrivals.length, 6000);
  assert.deepEqual(assignment, []);
  const gaps = arrivals.map((time, i) => time - (i === 0 ? 0 : at(arrivals, i - 1)));
  assert.ok(gaps.every((gap) => gap >= 0) && at(arrivals, 5999) < 3000);
  close(mean(gaps), 0.5, 0.01);
  close(sampleStandardDeviation(gaps), 0.5, 0.05);
});

test('even arrivals: all gaps alike, from the start on', () => {
  const { arrivals } = blockOf({ ...plan, arrivals: 'even' }, 0);
  assert.deepEqual(arrivals.slice(0, 3), [0, 10, 20]);
  assert.equal(arrivals[299], 2990);
});

test('header mode: each arm as often, at random, no arm ahead by more than one', () => {
  const { arrivals, assignment } = blockOf(header, 0);
  assert.equal(arrivals.length, 500);
  assert.equal(assignment.length, 500);
  let ahead = 0;
  for (const arm of assignment) {
    ahead += arm === 0 ? 1 : -1;
    assert.ok(Math.abs(ahead) <= 1);
  }
  assert.equal(ahead, 0);
  const firsts = assignment.filter((_, i) => i % 2 === 0 && assignment[i] === 0).length;
  assert.ok(firsts > 90 && firsts < 160, `${firsts} of 250 pairs start with arm 0`);
});

test('arms settle for the time planned, give or take a quarter, as the seed has it', () => {
  const random = seeded('settling');
  const times = Array.from({ length: 1_000 }, () => settleSecondsOf({ settleSeconds: 2 }, random));
  assert.ok(Math.min(...times) >= 1.5 && Math.min(...times) < 1.51, String(Math.min(...times)));
  assert.ok(Math.max(...times) <= 2.5 && Math.max(...times) > 2.49, String(Math.max(...times)));
  assert.ok(Math.abs(mean(times) - 2) < 0.03);
  assert.equal(settleSecondsOf({ settleSeconds: 2 }, seeded('settling')), times[0]);
  assert.equal(settleSecondsOf({ settleSeconds: 0 }, random), 0);
});
