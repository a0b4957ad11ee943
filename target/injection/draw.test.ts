import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFrom } from './draw.ts';
import type { Distribution } from './injection.ts';

const count = 100_000;

function moments(distribution: Distribution): { mean: number; sd: number; p95: number } {
  const draw = drawFrom(distribution);
  const waits = Array.from({ length: count }, draw).sort((a, b) => a - b);
  const mean = waits.reduce((sum, ms) => sum + ms, 0) / count;
  const variance = waits.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / count;
  return { mean, sd: Math.sqrt(variance), p95: waits[Math.floor(0.95 * count)] ?? NaN };
}

const isNear = (actual: number, expected: number, tolerance: number): void => {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
};

test('exponential: mean, standard deviation and p95 as in closed form', () => {
  const { mean, sd, p95 } = moments({ kind: 'exponential', meanMs: 40, seed: 1 });
  isNear(mean, 40, 0.6);
  isNear(sd, 40, 1);
  isNear(p95, 40 * Math.log(20), 2.5);
});

test('lognormal: mean and standard deviation are those of the waits, not of their logarithms', () => {
  const { mean, sd } = moments({ kind: 'lognormal', meanMs: 100, sdMs: 50, seed: 2 });
  isNear(mean, 100, 0.8);
  isNear(sd, 50, 1.2);
});

test('uniform: between its limits', () => {
  const { mean, sd, p95 } = moments({ kind: 'uniform', minMs: 10, maxMs: 30, seed: 3 });
  isNear(mean, 20, 0.1);
  isNear(sd, 20 / Math.sqrt(12), 0.1);
  isNear(p95, 29, 0.1);
});

test('a seed fixes the sequence, another gives another', () => {
  const first = (seed: number): number[] =>
    Array.from({ length: 5 }, drawFrom({ kind: 'exponential', meanMs: 1, seed }));
  assert.deepEqual(first(9), first(9));
  assert.notDeepEqual(first(9), first(10));
});
