/** `calibrate` on the reference target, with the shortest plan that may decide. Its simulation: test/bars.test.ts. */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';

const local = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://127.0.0.1:1',
  auth: { type: 'none' },
  switching,
  overhead: { perSecond: 200, seconds: 1, settleSeconds: 0.2, warmUpSeconds: 0.5, leastSeconds: 1, blocks: 5, drainSeconds: 0.5 },
};`;
const project = await copyProject({ 'thresholds/local.ts': local });
await symlink(join(import.meta.dirname, '../target'), join(project.folder, 'target'));

const calibrate = (env: NodeJS.ProcessEnv) => undisturbed(() => project.cli(['calibrate'], { env }));

test('A/A has a noise floor, and a known delay is found', async () => {
  // Exported for another target: a calibration of the reference target does not take it.
  const { code, stdout, stderr } = await calibrate({ BASE_URL: 'http://127.0.0.1:1', BUDGET: '1' });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /A\/A on the reference target\n {2}NOISE FLOOR .* {2}\(exit code 0\)/);
  assert.match(stdout, /nothing smaller than \S+ ms can be seen/);
  assert.match(stdout, /p99 of start lateness \S+ ms \(at most 10 ms\)/);
  assert.match(stdout, /k6 kept \S+ of \d+ processors busy/);
  assert.match(
    stdout,
    /What a PASS under the budget of 150.0 ms takes.*\n {2}true overhead .*\n {2}0.00 ms +\d+/,
  );
  // The exit code goes by the interval as well, widened to twice its width: chance alone misses it once in 20 times.
  const injected = Number(/injected {2}(\S+) ms/.exec(stdout)?.[1]);
  assert.ok(injected >= 40, stdout);
  const [, estimate = NaN, lower = NaN, upper = NaN] = (
    /measured {2}(\S+) ms, 95 % interval (\S+) ms to (\S+) ms, which (?:covers it|does NOT cover it)/.exec(
      stdout,
    ) ?? []
  ).map(Number);
  assert.ok(
    2 * lower - estimate <= injected && injected <= 2 * upper - estimate,
    `${estimate} (${lower} to ${upper}) for ${injected}`,
  );
  assert.match(stderr, /block 5\/5 {2}difference/);
});

test('of one’s own system that does not answer: k6’s exit code and its line', async () => {
  const { code, stdout, stderr } = await project.cli(['calibrate', '--env', 'local']);
  assert.equal(code, 108, stdout + stderr);
  assert.match(stderr, /the target does not answer: GET http:\/\/127.0.0.1:1/);
});

test('options of the simulation that cannot be are one line, and 2', async () => {
  const few = await project.cli(['calibrate', '--simulate', '--replicates', '19']);
  assert.equal(few.code, 2);
  assert.match(few.stderr, /^k6-overhead: --replicates: '19'; a whole number from 20/);
  const alone = await project.cli(['calibrate', '--replicates', '20']);
  assert.equal(alone.code, 2);
  assert.match(alone.stderr, /--replicates is for --simulate/);
});
