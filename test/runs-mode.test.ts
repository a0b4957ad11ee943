/** `overhead --mode runs` on real k6 and a server that real commands restart with other flags. Its other ends: test/runs-mode-ends.test.ts. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from '../lib/compare/comparison.ts';
import { heldUp, measured as test, undisturbed } from './support/measured.ts';
import { commands, measure, observability, project, restart, run } from './support/runs-mode.ts';

test('five pairs with a delay of 30 ms: PASS under 60 ms; the target is left as it was found', async () => {
  run(restart('on', 30));
  const { code, stderr, stdout, result, report, folder } = await undisturbed(
    () => measure(commands(30), { env: { BUDGET: '60' } }),
    heldUp(40),
  );
  assert.equal(code, 0, stderr);
  const overhead = result?.overhead;
  assert.ok(overhead);
  assert.equal(overhead.mode, 'runs');
  assert.equal(overhead.verdict.kind, 'PASS');
  assert.ok(Math.abs((overhead.estimateMs ?? 0) - 30) < 15, String(overhead.estimateMs));
  assert.equal(overhead.measuredBlocks, 5);
  assert.equal(overhead.differencesMs.length, 5);
  assert.deepEqual(new Set(overhead.orders), new Set(['BT', 'TB']));
  assert.equal(overhead.flagsRestored, true);
  assert.equal(await observability(), true);
  assert.equal(result.requests.total, 2_000);
  assert.equal(result.latency.all?.count, 2_000);
  assert.match(stderr, /seed 7, order (BT TB|TB BT)/);
  assert.equal(stderr.match(/pair \d\/5 {2}(baseline|treatment) P95 .* at most about .* left/g)?.length, 5);
  assert.equal(stderr.match(/pair \d\/5 {2}difference .* overhead .* at most about .* left/g)?.length, 5);
  assert.ok(stdout.startsWith(report));
  assert.match(report, /^k6-overhead {2}overhead {2}local .*\nPASS {2}/);

  // The ten results are there, and compare comes to the same verdict from them: each states the flags that were proven.
  const files = (await readdir(folder))
    .filter((name) => /^medium.*json$/.test(name))
    .map((name) => join(folder, name));
  assert.equal(files.length, 10);
  const orders = overhead.orders.join('');
  const side = (arm: string) => files.filter((_, i) => orders.charAt(i) === arm);
  const compared = join(folder, 'compared.json');
  const again = await project.cli([
    'compare',
    '--budget',
    '60',
    '--json',
    compared,
    ...side('B'),
    '--',
    ...side('T'),
  ]);
  assert.equal(again.code, 0, again.stdout + again.stderr);
  const comparison = JSON.parse(await readFile(compared, 'utf8')) as Comparison;
  assert.deepEqual(comparison.baseline[0]?.flags, { ENABLE_OBSERVABILITY: false });
  assert.equal(comparison.overhead.estimateMs, overhead.estimateMs);
  assert.deepEqual(comparison.overhead.differencesMs, overhead.differencesMs);
});
