/** Reports from results: what each writer says, that it escapes, how large it becomes; and the command on real runs. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pageAssets } from '../cli/report/assets.ts';
import { writeReports } from '../cli/report/report.ts';
import { describe } from '../lib/report/describe.ts';
import type { Document } from '../lib/report/document.ts';
import { htmlPage } from '../lib/report/html-report.ts';
import { jUnitOf } from '../lib/report/junit.ts';
import { COST_NAMES, COSTS } from '../lib/metrics/overhead-metrics.ts';
import { FURTHER_TIMES } from '../lib/metrics/latency-metrics.ts';
import { CURVE_LEVELS } from '../lib/statistics/blocked-sample.ts';
import { byteLength, markdownOf } from '../lib/report/markdown.ts';
import { textOf } from '../lib/report/text.ts';
import {
  attributionResult,
  capacityResult,
  experimentResult,
  loadResult,
  profileResult,
} from './support/results.ts';
import type { RunResult } from '../lib/result/run-result.ts';
import { commandsOf, type CommandEnd } from './support/commands.ts';
import { assertEnding } from './support/endings.ts';
import { matchesGolden } from './support/golden.ts';
import { start } from './support/project.ts';
import { elementsOf } from './support/xml.ts';

const assets = await pageAssets();
const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-report-'));
after(() => rm(folder, { recursive: true, force: true }));

/** The page without the code that every page carries. */
function contentOf(page: string): string {
  return page.replace(assets.styles, '').replace(assets.script, '');
}

const htmlReport = (results: readonly RunResult[]) => htmlPage(results.map(describe), assets);
const markdownReport = (results: readonly RunResult[], mostBytes = Infinity) =>
  markdownOf(results.map(describe), { mostBytes });
const jUnitReport = (results: readonly RunResult[]) => jUnitOf(results.map(describe));

/** The words of a page between its tags, one line each. */
function wordsOf(page: string): string[] {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return page
    .replaceAll(/<script[^]*?<\/script>/g, '')
    .split(/<[^>]*>/)
    .map((words) => words.trim().replaceAll(/&(\w+|#39);/g, (all, name: string) => entities[name] ?? all));
}

/** Every word of a document that its writers must show. */
function stringsOf({ verdict, keyNumbers, sections }: Document): string[] {
  return [
    verdict.word,
    ...keyNumbers.flatMap(({ label, value, note }) => [label, value, note]),
    ...sections.flatMap((section) => [
      // A text has no pictures.
      ...(section.parts.every(({ kind }) => kind === 'chart' || kind === 'flame') ? [] : [section.title]),
      ...section.parts.flatMap((part) => {
        if (part.kind === 'facts') return part.rows.map(([name]) => name);
        if (part.kind === 'judged') return part.judged.rows.flatMap(({ name, cells }) => [name, ...cells]);
        if (part.kind === 'table') return part.table.rows.flat().map(textOfCell);
        if (part.kind === 'bars') return part.bars.rows.flatMap(({ cells }) => cells);
        if (part.kind === 'text') return [part.text];
        return part.kind === 'advice' ? [part.title, ...part.evidence, part.change] : [];
      }),
    ]),
  ].filter((words) => words !== '');
}

function textOfCell(cell: string | { text: string }): string {
  return typeof cell === 'string' ? cell : cell.text;
}

for (const [name, result] of [
  ['load', loadResult(20)],
  ['experiment', { ...experimentResult(5, 20, 2), profile: profileResult() }],
  ['attribution', attributionResult()],
  ['capacity', capacityResult()],
] as const) {
  test(`${name}: each writer says all of the document`, () => {
    const document = describe(result);
    const text = textOf(document);
    matchesGolden(`report/${name}.txt`, text);
    const words = new Set(wordsOf(contentOf(htmlReport([result]))));
    for (const one of stringsOf(document)) {
      assert.ok(words.has(one), `HTML: ${one}`);
      assert.ok(text.includes(one), `text: ${one}`);
    }
    // The guide's script greps it.
    assert.equal(text.match(/P95:/g)?.length, 1);
  });
}

test('Markdown and JUnit, as a pull request shows them', () => {
  matchesGolden('report/load.md', markdownReport([loadResult(20)]));
  matchesGolden('report/load.xml', jUnitReport([loadResult(20)]));
});

test("the guide's report items are all there", () => {
  const page = htmlReport([experimentResult()]);
  for (const title of ['Test configuration', 'Results', 'Comparison', 'Overhead', 'Recommendations']) {
    assert.ok(page.includes(`<h2>${title}</h2>`), title);
  }
  for (const item of ['Target met', 'P50', 'P95', 'P99', 'Mean', 'Min', 'Max', 'Target', 'Load']) {
    assert.ok(page.includes(`>${item}</`), item);
  }
});

/** Names of the cases that failed. */
function failedCases(result: RunResult): (string | undefined)[] {
  const elements = elementsOf(jUnitReport([result]));
  return elements
    .filter(({ name }, i) => name === 'testcase' && elements[i + 1]?.name === 'failure')
    .map(({ attributes }) => attributes.name);
}

test('JUnit: what failed, was not judged or had too few samples is a failing case', () => {
  assert.deepEqual(failedCases(loadResult()), [
    'verdict',
    'gate: P95 of successful requests < 150.0 ms',
    'gate: Requests >= 20',
    'check: status is 200',
  ]);
  const pass = experimentResult();
  assert.deepEqual(failedCases(pass), ['check: status is 200']);
  for (const [kind, status] of [
    ['FAIL', 'failed'],
    ['INCONCLUSIVE', 'inconclusive'],
    ['INVALID', 'invalid'],
  ] as const) {
    assert.ok(pass.overhead);
    const overhead = { ...pass.overhead, verdict: { ...pass.overhead.verdict, kind } };
    const result: RunResult = { ...pass, overhead, outcome: { status, reason: 'because' } };
    assert.ok(failedCases(result).includes('overhead verdict'), kind);
  }
  const climbed = capacityResult();
  assert.ok(climbed.capacity && !failedCases(climbed).includes('capacity verdict'));
  const capacity = { ...climbed.capacity, verdict: { ...climbed.capacity.verdict, kind: 'FAIL' as const } };
  const lost: RunResult = { ...climbed, capacity, outcome: { status: 'failed', reason: 'because' } };
  assert.ok(failedCases(lost).includes('capacity verdict'));
  const ungated: RunResult = { ...pass, outcome: { status: 'not gated', reason: '--no-thresholds' } };
  assert.ok(failedCases(ungated).includes('overhead verdict'));
});

/** Markup of every kind, control characters, a change of direction, and more than anyone reads. */
const HOSTILE =
  `</script><img src=x onerror="alert(1)"> '"&--> \`|[x](http://h)\n# @you \u001b[31m \u202e 😀 ` +
  'long '.repeat(5_000);

/** A result with the hostile text in each of its strings that may come from outside. */
function hostile(): RunResult {
  const own = new Set([
    'kind',
    'status',
    'unit',
    'shape',
    'mode',
    'switchedBy',
    'startedAt',
    'threshold',
    'arm',
  ]);
  const result = { ...experimentResult(3, 10, 2), profile: profileResult() };
  return JSON.parse(JSON.stringify(result), (key, value: unknown) =>
    typeof value === 'string' && !own.has(key) ? HOSTILE : value,
  ) as RunResult;
}

/** Characters that move a cursor, hide text or turn it around; line breaks are the writers' own. */
function unsafeIn(text: string): string[] {
  return Array.from(text).filter(
    (character) => character !== '\n' && /\p{Cc}|[\u202a-\u202e]/u.test(character),
  );
}

test('hostile strings come out as text in HTML', () => {
  const page = contentOf(htmlReport([hostile(), loadResult()]));
  assert.ok(page.includes('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'));
  assert.doesNotMatch(page, /<img/);
  const tags = (pattern: RegExp) => [...page.matchAll(pattern)].length;
  assert.equal(tags(/<\/script>/g), tags(/<script/g));
  assert.deepEqual(unsafeIn(page), []);
  assert.ok(byteLength(page) < 500_000, 'long texts are cut');
});

test('hostile strings come out as text in Markdown and JUnit', () => {
  const report = markdownReport([hostile()]);
  assert.deepEqual(unsafeIn(report), []);
  assert.doesNotMatch(report, /<(?!\/?(details|summary)>)|[^\\]`|@you|[^\\]\[x/);
  for (const line of report.split('\n').filter((one) => one.startsWith('|'))) {
    assert.match(line, /^\|.*\|$/, 'no cell breaks its row');
  }
  const xml = jUnitReport([hostile()]);
  assert.deepEqual(unsafeIn(xml), []);
  const named = elementsOf(xml).filter(
    ({ attributes }) => attributes.name?.includes('onerror="alert(1)"') === true,
  );
  assert.ok(named.length > 5);
});

test('60 blocks, an hour of twelve series and a flame graph: a page below 500 KB, with its peaks', () => {
  const result = { ...experimentResult(60, 3_600, 12), profile: profileResult(400) };
  const points = result.monitor?.series[0]?.points ?? [];
  points[1_234] = [1_234, 987_654];
  const page = htmlReport([result]);
  assert.ok(byteLength(page) < 500_000, String(byteLength(page)));
  assert.ok(page.includes('987700'), 'the peak is drawn');
});

/** With the curve, several budgets, every cost and every further time. */
function everything(result: RunResult): RunResult {
  assert.ok(result.overhead);
  const interval = { lowerMs: 12.3, upperMs: 45.6 };
  const arms = result.overhead.arms.map(({ name }) => ({ name, count: 12_000, p50Ms: 20, p95Ms: 60 }));
  const differences = [0.5, 0.95].map((level) => ({ level, valueMs: 30, interval }));
  return {
    ...result,
    overhead: {
      ...result.overhead,
      budgets: [0.95, 0.5, 0.99].map((level) => ({
        level,
        budget: '5 % of the baseline',
        budgetMs: 30,
        overheadMs: 20,
        bounds: interval,
        outcome: 'kept',
      })),
      curve: CURVE_LEVELS.map((level) => ({ level, overheadMs: 30 * level, interval })),
      costs: COST_NAMES.map((cost) => ({
        cost,
        unit: COSTS[cost],
        baseline: 1,
        treatment: 3,
        value: 2,
        interval: { lower: 1.5, upper: 2.5 },
        blocks: 60,
        limit: 4,
      })),
      times: FURTHER_TIMES.map((name) => ({ name, arms, differences })),
    },
  };
}

test('60 blocks, every cost, and an hour of every series: all reports in less than a second of processor time and 200 MB', async () => {
  const file = join(await mkdtemp(join(folder, 'hour-')), 'hour.json');
  await writeFile(
    file,
    JSON.stringify(everything({ ...experimentResult(60, 3_600, 28), profile: profileResult(400) })),
  );
  const asked = { html: `${file}.html`, markdown: `${file}.md`, junit: `${file}.xml` };
  const program = `
    const { writeReports } = await import(${JSON.stringify(import.meta.resolve('../cli/report/report.ts'))});
    const before = process.cpuUsage();
    await writeReports([${JSON.stringify(file)}], ${JSON.stringify(asked)}, undefined);
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify([(user + system) / 1e6, process.resourceUsage().maxRSS / 1024]));`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program];
  const { code, stdout, stderr } = await start(process.execPath, args);
  assert.equal(code, 0, stderr);
  const [seconds = NaN, megabytes = NaN] = JSON.parse(stdout) as number[];
  console.log(`${seconds} s, ${megabytes} MB`);
  assert.ok(seconds < 1, `${seconds} s`);
  assert.ok(megabytes < 200, `${megabytes} MB`);
  assert.ok(byteLength(await readFile(asked.html, 'utf8')) < 500_000);
});

test('results that pass the limit of Markdown are left out, and counted', () => {
  const one = byteLength(markdownReport([loadResult()]));
  const report = markdownReport([loadResult(), loadResult(), loadResult()], one + 300);
  assert.ok(byteLength(report) <= one + 300);
  assert.match(report, /2 more results are left out here/);
  assert.ok(byteLength(markdownReport([hostile()])) < 2 ** 20);
});

test('the command: HTML beside the result by default, the others where asked, the summary of a step appended', async () => {
  const file = join(folder, 'a.json');
  await writeFile(file, JSON.stringify(loadResult()));
  await writeReports([file], {}, undefined);
  assert.match(await readFile(join(folder, 'a.html'), 'utf8'), /^<!doctype html>/);

  const summary = join(folder, 'summary.md');
  await writeFile(summary, 'before\n');
  const asked = { markdown: join(folder, 'new/b.md'), junit: join(folder, 'b.xml') };
  await writeReports([file, file], asked, summary);
  assert.equal(await readFile(summary, 'utf8'), `before\n${await readFile(asked.markdown, 'utf8')}`);
  assert.equal(
    elementsOf(await readFile(asked.junit, 'utf8')).filter(({ name }) => name === 'testsuite').length,
    2,
  );
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.html')),
    ['a.html'],
  );

  await writeFile(summary, ' '.repeat(2 ** 20 - 100));
  await writeReports([file], asked, summary);
  assert.ok((await readFile(summary)).length <= 2 ** 20);
});

const run = commandsOf(join(import.meta.dirname, '..'));
const ended = ({ code, stderr }: CommandEnd) => ({ code, output: stderr });

test('the command says in one line what it cannot read or write', async () => {
  const file = join(folder, 'c.json');
  await writeFile(file, '{"schemaVersion": 1');
  assertEnding('report-of-no-result', ended(await run({ args: ['report', file], cwd: folder })));
  await assert.rejects(writeReports([join(folder, 'none.json')], {}, undefined), {
    message: /none\.json: cannot be read/,
    exitCode: 1,
  });
  await writeFile(file, JSON.stringify(loadResult()));
  await assert.rejects(
    writeReports([file], { html: join(file, 'x.html') }, undefined),
    /x\.html: cannot be written/,
  );
});
