/**
 * `compare` on real files: of Apache Bench 2.3, Artillery 2.0.21 and k6 2.2.0 (--summary-export), each 200 requests
 * against a server that waits 5 ms and an exponential 6 ms more, and with 30 ms on top.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Comparison } from '../lib/compare/comparison.ts';
import type { MeasuredRun } from '../lib/compare/measured-run.ts';
import { readText } from '../cli/read-text.ts';
import { readRun } from '../lib/compare/read-run.ts';
import { commandsOf } from './support/commands.ts';
import { evenLatency, loadResult, withFlag, type Changes } from './support/runs.ts';
import { ending } from './support/endings.ts';

const fixtures = join(import.meta.dirname, 'fixtures/compare');
const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-compare-'));
after(() => rm(folder, { recursive: true, force: true }));

const command = commandsOf(join(import.meta.dirname, '..'));
const compare = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  command({ args: ['compare', ...args], cwd: folder, env });

async function read(name: string): Promise<MeasuredRun> {
  const run = readRun(await readText(join(fixtures, name)), name);
  assert.equal(run.kind, 'measured');
  return run;
}

/** Each format: what its file says, read by hand. */
const formats = [
  { name: 'ab-baseline.csv', tool: 'ab -e', p95Ms: 22.409, requests: null, errors: null },
  { name: 'ab-baseline.tsv', tool: 'ab -g', p95Ms: 20.1, requests: 200, errors: null },
  { name: 'artillery-baseline.json', tool: 'Artillery', p95Ms: 24.8, requests: 200, errors: 0 },
  {
    name: 'summary-export-baseline.json',
    tool: 'k6',
    p95Ms: 20.101537,
    requests: 200,
    errors: 0,
  },
  { name: 'k6-handle-summary.json', tool: 'k6', p95Ms: 73.168296, requests: 1001, errors: 0 },
  { name: 'k6-machine-readable.json', tool: 'k6', p95Ms: 9.660102, requests: 300, errors: 0 },
  { name: 'k6-export-with-mark.json', tool: 'k6', p95Ms: 73.168296, requests: 1001, errors: 0 },
  { name: 'k6-export-few-percentiles.json', tool: 'k6', p95Ms: 73.168296, requests: 1001, errors: 0 },
  { name: 'ab-to-99.csv', tool: 'ab -e', p95Ms: 69.694, requests: null, errors: null },
  // A status and the capture that it could not fulfil are one failed request.
  { name: 'artillery-capture-of-404.json', tool: 'Artillery', p95Ms: 71.194112, requests: 1000, errors: 30 },
  { name: 'artillery-most-fail.json', tool: 'Artillery', p95Ms: 71.194112, requests: 1000, errors: 600 },
] as const;

test('each format is known by its content', async () => {
  for (const { name, ...expected } of formats) {
    const { tool, p95Ms, requests, errors } = await read(name);
    assert.deepEqual({ tool, p95Ms: Math.round(p95Ms * 1e6) / 1e6, requests, errors }, expected);
  }
});

test('two files of each tool: the overhead, how P95 was had, and INCONCLUSIVE, 110', async () => {
  for (const { name } of formats.filter(({ name }) => name.includes('baseline'))) {
    const { code, stdout, stderr } = await compare([
      join(fixtures, name),
      join(fixtures, name.replace('baseline', 'observability')),
    ]);
    assert.equal(code, 110, stderr);
    const overhead = Number(/Overhead: +(\S+) ms/.exec(stdout)?.[1]);
    assert.ok(Math.abs(overhead - 30) < 6, `${name}: ${overhead}`);
    assert.match(stdout, /Notes\n {2}P95 (of each run is|comes from)/);
  }
});

const artillery = await readFile(join(fixtures, 'artillery-baseline.json'), 'utf8');
const exported = await readFile(join(fixtures, 'summary-export-baseline.json'), 'utf8');
const csv = await readFile(join(fixtures, 'ab-baseline.csv'), 'utf8');
const tsv = await readFile(join(fixtures, 'ab-baseline.tsv'), 'utf8');

/** What the row of an unusable file says. */
function named(row: string): RegExp {
  const { code, says } = ending(row);
  assert.equal(code, 1);
  return new RegExp(says.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

const broken: [what: string, text: string, line: RegExp][] = [
  ['an empty file', '', /: is empty; expected a result of this suite/],
  ['another text', 'P95: 12\n', /: is of no known kind; expected/],
  ['another JSON', '{"a": 1}', /: is JSON of no known kind; expected/],
  ['JSON cut short', artillery.slice(0, 500), /: not JSON, or cut short/],
  ['a CSV cut short', csv.slice(0, 300), /: (ends at \d+ percent, cut short|.*is the file cut short\?)/],
  [
    'a CSV cut in a line',
    csv.slice(0, csv.lastIndexOf(',')),
    /line 102: 2 numbers are needed; is the file cut short\?/,
  ],
  ['a CSV that descends', csv.replace(/^95,.*$/m, '95,0.001'), /its percentiles make no distribution/],
  [
    'a TSV cut in a line',
    tsv.slice(0, tsv.lastIndexOf('\t')),
    /line 201: 5 numbers are needed; is the file cut short\?/,
  ],
  ['a TSV of no request', `${tsv.split('\n')[0] ?? ''}\n`, /holds no request/],
  ['a word for a time', tsv.replace(/\t\d+\n/, '\tfast\n'), /line 2: 5 numbers are needed/],
  [
    'an Artillery report without a P95',
    artillery.replaceAll('"p95"', '"p94"'),
    /Artillery report: aggregate.summaries.http.response_time.p95/,
  ],
  [
    'a summary without a P95',
    exported.replaceAll('"p(95)"', '"p(94)"'),
    /k6 summary: metrics.http_req_duration.p\(95\)/,
  ],
  [
    'an Artillery report of version 1',
    await readFile(join(fixtures, 'artillery-version-1.json'), 'utf8'),
    named('artillery-version-1'),
  ],
  ['percentiles cut short', csv.replace(/^99,[^]*$/m, ''), named('ab-cut-short')],
  [
    'a handleSummary object without a P95',
    (await readFile(join(fixtures, 'k6-handle-summary.json'), 'utf8')).replaceAll('"p(95)"', '"p(94)"'),
    named('k6-without-p95'),
  ],
  [
    'a machine-readable summary without a P95',
    (await readFile(join(fixtures, 'k6-machine-readable.json'), 'utf8')).replaceAll('"p95"', '"p94"'),
    named('k6-without-p95'),
  ],
  ['a minimum far below 0', exported.replace(/"min": [\d.]+/g, '"min": -4'), named('k6-negative')],
  ['a result of another version', '{"schemaVersion": 0}', /schemaVersion/],
];

test('a file that is none is one clear line and exit code 1', async (t) => {
  const good = join(fixtures, 'ab-baseline.csv');
  for (const [what, text, line] of broken) {
    await t.test(what, async () => {
      const file = join(folder, 'broken');
      await writeFile(file, text);
      const { code, stdout, stderr } = await compare([good, file]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, line);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.ok(stderr.startsWith(`k6-overhead: ${file}`), stderr);
      assert.equal(stdout, '');
    });
  }
  const missing = await compare([good, 'nowhere.json']);
  assert.equal(missing.code, 1);
  assert.equal(missing.stderr, 'k6-overhead: nowhere.json: cannot be read (ENOENT)\n');
});

test('UTF-16 as PowerShell writes it, and a minimum that is a little below 0, are read', async () => {
  const file = join(folder, 'utf16.json');
  const below = exported.replace(/"min": [\d.]+/g, '"min": -0.004');
  const be = Buffer.from(`\ufeff${below}`, 'utf16le').swap16();
  for (const bytes of [Buffer.from(`\ufeff${below}`, 'utf16le'), Buffer.from(below, 'utf16le'), be]) {
    await writeFile(file, bytes);
    const run = readRun(await readText(file), file);
    assert.equal(run.kind === 'measured' && Math.round(run.p95Ms * 1e6), 20_101_537);
    assert.equal(run.kind === 'measured' && run.latency.values[0], 0);
  }
});

test('five pairs of summaries with few percentiles decide as those with all', async () => {
  const files = async (name: string, ms: number) =>
    Promise.all(
      [0, 1, 2, 3, 4].map(async (i) => {
        const slower = (_: string, before: string, value: string) =>
          `${before}${Number(value) + ms + i / 10}`;
        const text = (await readFile(join(fixtures, name), 'utf8')).replaceAll(
          /("(?:min|med|max|avg|p\(\d+\))": )([\d.]+)/g,
          slower,
        );
        const file = join(folder, `${i}-${ms}-${name}`);
        await writeFile(file, text);
        return file;
      }),
    );
  for (const name of ['k6-export-few-percentiles.json', 'k6-handle-summary.json']) {
    const [baseline, treatment] = [await files(name, 0), await files(name, 20)];
    const args = ['--force', '--budget', '50', ...baseline, '--', ...treatment];
    const { code, stdout, stderr } = await compare(args);
    assert.equal(code, 0, stdout + stderr);
    assert.ok(Math.abs(Number(/Overhead: +(\S+) ms/.exec(stdout)?.[1]) - 20) < 1, stdout);
  }
});

/** Counters of 200 requests, and how many of them failed at least. */
const artilleryErrors: [counters: Readonly<Record<string, number>>, errors: number][] = [
  // The expect plugin counts each expectation, and reports none as an error unless it is told to.
  [{ 'plugins.expect.failed': 12 }, 12],
  [
    { 'plugins.expect.failed': 12, 'plugins.expect.failed.statusCode': 7, 'plugins.expect.failed.equals': 5 },
    7,
  ],
  // Errors that Node has no code for have no answer either.
  [{ 'http.responses': 194, 'http.codes.500': 10, 'errors.socket hang up': 6 }, 16],
  [{ 'http.responses': 194, 'http.codes.500': 10, 'errors.CERT_HAS_EXPIRED': 6 }, 16],
  [
    {
      'http.responses': 194,
      'http.codes.404': 10,
      'errors.Failed capture or match': 10,
      'errors.ETIMEDOUT': 6,
    },
    16,
  ],
];

test('errors in an Artillery report and in a summary export count', () => {
  const run = readRun(
    artillery.replaceAll(
      '"http.codes.200": 200',
      '"http.codes.200": 150, "http.codes.500": 30, "errors.ETIMEDOUT": 20',
    ),
    'a',
  );
  assert.equal(run.kind === 'measured' && run.errors, 50);
  for (const [counters, errors] of artilleryErrors) {
    const report = JSON.parse(artillery) as { aggregate: { counters: Record<string, number> } };
    Object.assign(report.aggregate.counters, counters);
    const changed = readRun(JSON.stringify(report), 'c');
    assert.equal(changed.kind === 'measured' && changed.errors, errors, JSON.stringify(counters));
  }
  const summary = readRun(exported.replace(/("http_req_failed": \{\s+"passes": )0/, '$17'), 'b');
  assert.equal(summary.kind === 'measured' && summary.errors, 7);
});

/** Writes alternating results: treatment `ms` slower, and 1 ms more in every second pair. */
async function series(
  name: string,
  pairs: number,
  ms: number,
  changes: Changes = {},
): Promise<[string[], string[]]> {
  await mkdir(join(folder, name));
  const write = async (minute: number, low: number, more: Changes) => {
    const file = join(folder, name, `${minute}.json`);
    await writeFile(
      file,
      JSON.stringify(loadResult(minute, { all: evenLatency(1_000, low, low + 100), ...more })),
    );
    return file;
  };
  const indices = Array.from({ length: pairs }, (_, i) => i);
  return [
    await Promise.all(indices.map((i) => write(4 * i, i, withFlag(false)))),
    await Promise.all(indices.map((i) => write(4 * i + 2, i + ms + (i % 2), withFlag(true, changes)))),
  ];
}

const verdicts: [what: string, pairs: number, ms: number, changes: Changes, code: number, line: RegExp][] = [
  ['a single pair', 1, 10, {}, 110, /^INCONCLUSIVE {2}1 measured of the at least 5 pairs/],
  ['five pairs below the budget', 5, 10, {}, 0, /^PASS {2}/],
  ['five pairs above it', 5, 90, {}, 99, /^FAIL {2}/],
  [
    'a run that was cut short',
    5,
    10,
    { run: { complete: false } },
    108,
    /^INVALID {2}.*2.json ended before its plan/,
  ],
];

test('each verdict by its exit code, as JSON and as text', async (t) => {
  for (const [what, pairs, ms, changes, code, line] of verdicts) {
    await t.test(what, async () => {
      const [baseline, treatment] = await series(what, pairs, ms, changes);
      const json = join(folder, `${what}.json`);
      const ended = await compare(['--budget', '50', '--json', json, ...baseline, '--', ...treatment]);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stdout.split('\n')[1] ?? '', line);
      const comparison = JSON.parse(await readFile(json, 'utf8')) as Comparison;
      assert.equal(comparison.overhead.verdict.exitCode, code);
      assert.equal(comparison.baseline.length, pairs);
    });
  }
});

test('unlike runs are refused with one line, and compared when forced', async () => {
  const [baseline, treatment] = await series('unlike', 5, 10, { run: { scenario: 'light' } });
  const refused = await compare(['--budget', '50', ...baseline, '--', ...treatment]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^k6-overhead: the runs are not alike: scenario: heavy \(.*\), light \(.*\); --force compares them all the same\n$/,
  );
  const forced = await compare(['--force', '--budget', '50', ...baseline, '--', ...treatment]);
  assert.equal(forced.code, 0, forced.stderr);
});

test('without a number of errors nothing passes, unless it is forced', async () => {
  const copies = async (name: string) =>
    Promise.all(
      [1, 2, 3, 4, 5].map(async (i) => {
        const file = join(folder, `${i}-${name}`);
        // Another second at the end of the first line: five runs, not one.
        await writeFile(
          file,
          (await readFile(join(fixtures, name), 'utf8')).replace(/\d(\t\d+\t)/, `${i}$1`),
        );
        return file;
      }),
    );
  const [baseline, treatment] = [await copies('ab-baseline.tsv'), await copies('ab-observability.tsv')];
  const plain = await compare([...baseline, '--', ...treatment]);
  assert.equal(plain.code, 110, plain.stderr);
  assert.match(plain.stdout, /does not state how many requests failed/);
  const forced = await compare(['--force', ...baseline, '--', ...treatment]);
  assert.equal(forced.code, 0, forced.stderr);
});

test('what cannot be meant is one line', async (t) => {
  const a = join(fixtures, 'ab-baseline.csv');
  const b = join(fixtures, 'ab-observability.csv');
  const cases: [args: string[], code: number, line: RegExp][] = [
    [[a], 2, /1 files: give two, or two groups with -- between them/],
    [[a, b, a], 2, /3 files: give two/],
    [[a, '--'], 2, /a group of files is empty/],
    [['--', a], 2, /a group of files is empty/],
    [[a, '--', b, '--force'], 2, /after the -- stand files alone/],
    [[a, a], 1, /are the same run: each counts once/],
    [[a, '--', b, join(fixtures, 'ab-baseline.tsv')], 1, /1 baseline and 2 treatment runs/],
    [[a, join(fixtures, 'ab-baseline.tsv')], 1, /not alike: tool: ab -e \(.*\), ab -g \(/],
    [['--budget', 'much', a, b], 107, /BUDGET: 'much'; expected milliseconds from 0 on/],
    [['--json', join(a, 'x.json'), a, b], 1, /x\.json: cannot be written: /],
  ];
  for (const [args, code, line] of cases) {
    await t.test(line.source, async () => {
      const ended = await compare(args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, line);
      assert.equal(ended.stderr.trim().split('\n').length, 1, ended.stderr);
    });
  }
});
