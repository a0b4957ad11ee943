import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../test/golden/statistics/close.ts';
import { detectable, noiseFloor, unseenStallShare } from './noise-floor.ts';
import { seeded } from '../statistics/random.ts';
import { studentQuantile } from '../statistics/student-t.ts';

test('the noise floor is (t₀.₉₅ + t₀.₉) standard errors, by bounds that lie t₀.₉₅ of them apart', () => {
  const error = Math.sqrt(0.5) / Math.sqrt(5);
  // t(4) is 2.13185 and 1.53321.
  const bounds = { lower: 3 - 2.131847 * error, upper: 3 + 2.131847 * error };
  close(noiseFloor(bounds, 5), (2.131847 + 1.533206) * error, 1e-6);
});

test('an overhead of the size of the noise floor is seen in 9 of 10 runs', () => {
  const random = seeded('noise floor');
  const blocks = 20;
  const effect = detectable(1, blocks, 0.05);
  const t = studentQuantile(0.05, blocks - 1);
  let seen = 0;
  for (let run = 0; run < 4000; run++) {
    const values = Array.from({ length: blocks }, () => effect + random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / blocks;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1);
    if (mean - t * Math.sqrt(variance / blocks) > 0) seen++;
  }
  assert.ok(Math.abs(seen / 4000 - 0.9) < 0.02, `${seen} of 4000`);
});

test('the share of blocks that may stall unseen is 3/B', () => {
  assert.equal(unseenStallShare(20), 0.15);
  assert.equal(unseenStallShare(3), 1);
  assert.equal(unseenStallShare(0), 1);
  close((1 - unseenStallShare(100)) ** 100, 0.05, 0.06);
});
