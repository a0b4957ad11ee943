import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { evenLatency, loadResult } from '../../test/support/runs.ts';
import { CliError } from '../errors.ts';
import { planLines } from './plan.ts';
import { spreadFrom } from './spread.ts';

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-plan-'));
after(() => rm(folder, { recursive: true, force: true }));

/** 50/s for 6 s: 300 requests per arm and block, whatever the environment's file says. */
const shape = { rate: '50', seconds: '6' };

async function atMost(options: Parameters<typeof planLines>[0], env = {}): Promise<number[]> {
  const lines = await planLines({ ...shape, ...options }, env);
  const row = lines.find((line) => line.includes('at most')) ?? '';
  return (/at most +(\d+) +(\d+)/.exec(row) ?? []).slice(1).map(Number);
}

test('more blocks for a smaller difference; requests are those of both arms', async () => {
  const latency = { mean: '100', sd: '50' };
  const [few = 0, requests] = await atMost({ difference: '100', ...latency });
  const [many = 0] = await atMost({ difference: '5', ...latency });
  assert.equal(few, 5);
  assert.equal(requests, 5 * 2 * 300);
  assert.ok(many > 20, String(many));
});

test('the variables to set and the command are printed, and what no variable sets', async () => {
  const lines = await planLines(
    { ...shape, seconds: '7', difference: '5', spread: '10' },
    { TEST_ENV: 'production' },
  );
  assert.match(
    lines.join('\n'),
    /\nBLOCKS=\d+ RATE=50\nnpm run overhead -- --env production --set BLOCKS=\d+ --set RATE=50\n/,
  );
  assert.match(lines.at(-1) ?? '', /thresholds\/production.ts: overhead: { seconds: 7 }/);
  assert.match(lines.join('\n'), /in the median, with early stop +\d+/);
  const whole = await planLines({ ...shape, difference: '5', spread: '10' }, { EARLY_STOP: 'off' });
  assert.doesNotMatch(whole.join('\n'), /median/);
});

test('a spread is given, or comes from latency, or from a result', async () => {
  assert.equal((await spreadFrom({ spread: '12.5' }, 300)).ms, 12.5);
  // √2·2.113·σ_log·q95/√n with mean 100 and sd 50: σ_log 0.4724, q95 194.5.
  const lognormal = await spreadFrom({ mean: '100', sd: '50' }, 300);
  assert.ok(
    Math.abs(lognormal.ms - (Math.SQRT2 * 2.113 * 0.4724 * 194.5) / Math.sqrt(300)) < 0.1,
    String(lognormal.ms),
  );

  const load = join(folder, 'load.json');
  await writeFile(load, JSON.stringify(loadResult(0, { all: evenLatency(1_000, 0, 100) })));
  // Uniform on 0…100: the slope of the quantile function is 100.
  const uniform = await spreadFrom({ from: load }, 300);
  assert.ok(Math.abs(uniform.ms - 100 * Math.sqrt((2 * 0.95 * 0.05) / 300)) < 1e-6);
  assert.equal(uniform.samplingOnly, true);
  // As PowerShell writes it.
  const wide = join(folder, 'wide.json');
  await writeFile(wide, `\ufeff${await readFile(load, 'utf8')}`, 'utf16le');
  assert.equal((await spreadFrom({ from: wide }, 300)).ms, uniform.ms);
});

test('a result of an overhead measurement gives the spread of its blocks, larger for smaller blocks', async () => {
  const path = join(folder, 'overhead.json');
  const block = { p95Ms: 1, requests: 300 };
  const arm = {
    name: 'baseline',
    flags: {},
    p95Ms: 1,
    requests: 900,
    errors: 0,
    latency: null,
    blocks: [block, block, block],
  };
  const overhead = {
    mode: 'toggle',
    budgetMs: 150,
    baseline: 'baseline',
    treatment: 'treatment',
    sameFlags: true,
    verdict: { kind: 'NOISE_FLOOR', exitCode: 0, reasons: [], moreBlocks: null, noiseFloorMs: 1 },
    estimateMs: 0,
    interval: null,
    bounds: null,
    standardErrorMs: null,
    arms: [arm, { ...arm, name: 'treatment' }],
    differencesMs: [-3, 0, 3, null],
    orders: [],
    guards: [],
    plannedBlocks: 4,
    measuredBlocks: 3,
    savedShare: 0,
    flagsRestored: null,
  };
  await writeFile(path, JSON.stringify({ ...loadResult(0), overhead }));
  assert.equal((await spreadFrom({ from: path }, 300)).ms, 3);
  assert.equal((await spreadFrom({ from: path }, 1_200)).ms, 3);
  assert.equal((await spreadFrom({ from: path }, 75)).ms, 6);
});

const wrong: [
  options: Parameters<typeof planLines>[0],
  env: NodeJS.ProcessEnv,
  code: number,
  line: RegExp,
][] = [
  [{ spread: '1' }, {}, 2, /^--difference: missing; milliseconds above 0$/],
  [{ difference: '0', spread: '1' }, {}, 2, /^--difference: '0'/],
  [{ difference: '5' }, {}, 2, /^give the spread by --mean and --sd/],
  [{ difference: '5', spread: '1', mean: '3' }, {}, 2, /^give the spread by/],
  [{ difference: '5', mean: '3' }, {}, 2, /^--sd: missing/],
  [{ difference: '5', spread: '1', rate: 'fast' }, {}, 2, /^--rate: 'fast'; requests per second above 0$/],
  [{ difference: '5', spread: '1', seconds: '1' }, {}, 1, /expected at least 200: 4 s, or 200\/s/],
  [{ difference: '0.001', spread: '10' }, {}, 1, /^no plan of up to 500 blocks/],
  [{ difference: '5', from: 'nowhere.json' }, {}, 1, /^nowhere\.json: cannot be read: /],
  [{ difference: '5', spread: '1' }, { TEST_ENV: 'stagin' }, 107, /^TEST_ENV: 'stagin'/],
];

test('wrong options are one line, with the right exit code', async () => {
  for (const [options, env, code, line] of wrong) {
    await assert.rejects(planLines({ ...shape, ...options }, env), (error: unknown) => {
      assert.ok(error instanceof CliError);
      assert.match(error.message, line);
      assert.equal(error.exitCode, code);
      return true;
    });
  }
});
