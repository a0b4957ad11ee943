import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { attributionResult } from '../../test/support/results.ts';
import { parseRunResult, type RunResult } from '../../lib/result/run-result.ts';
import { CliError } from '../errors.ts';
import { addCapacityShare, runBeside } from './beside.ts';

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-beside-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Writes a result and its text as a run does, adds what can be added, and reads both back. */
async function added(whole: RunResult, direct: RunResult): Promise<{ result: RunResult; text: string }> {
  const path = join(folder, 'attribution-local-1.json');
  const textPath = join(folder, 'attribution-local-1.txt');
  await writeFile(path, JSON.stringify(direct));
  await writeFile(textPath, 'the report\n');
  await addCapacityShare(whole, direct, path);
  return {
    result: parseRunResult(await readFile(path, 'utf8'), path),
    text: await readFile(textPath, 'utf8'),
  };
}

const whole = attributionResult();
const { attribution, overhead } = whole;
assert.ok(attribution !== null && overhead !== null);
const direct: RunResult = {
  ...whole,
  overhead: { ...overhead, mode: 'header', estimateMs: 30, interval: { lowerMs: 27, upperMs: 33 } },
  attribution: { ...attribution, of: 'direct', capacity: null },
};

test('the capacity share goes into the result, and into the text behind the report', async () => {
  const { result, text } = await added(whole, direct);
  assert.ok(Math.abs((result.attribution?.capacity?.shareMs ?? 0) - 54.2) < 1e-9);
  assert.equal(result.attribution?.capacity?.shares.length, 4);
  assert.match(text, /^the report\n\nCapacity share: .*\n {2}At P95 .*\n {2}whole system +84\.2 ms\n/);
  assert.match(text, /^ {2}capacity share +54\.2 ms {2,}\d/m);
});

test('a run that came to no number keeps its result as it is', async () => {
  const { result, text } = await added(whole, { ...direct, attribution: null });
  assert.equal(result.attribution, null);
  assert.equal(text, 'the report\n');
});

test('what cannot lie beside a run is refused before any load, in one line', async () => {
  const header = join(folder, 'header.json');
  await writeFile(header, JSON.stringify({ ...whole, overhead: { ...overhead, mode: 'header' } }));
  const variables = { TEST_ENV: 'local', AUTH_TOKEN: 'a-token' };
  const refused: [path: string, variables: Record<string, string>, exitCode: number, line: RegExp][] = [
    [join(folder, 'missing.json'), variables, 1, /missing\.json/],
    [
      header,
      { ...variables, MODE: 'toggle' },
      2,
      /^--beside measures by request header, and MODE is toggle$/,
    ],
    [header, variables, 1, /header\.json cannot lie beside this run: .*mode header/],
  ];
  for (const [path, given, exitCode, line] of refused) {
    await assert.rejects(
      () => runBeside(path, given),
      (error) =>
        error instanceof CliError &&
        error.exitCode === exitCode &&
        line.test(error.message) &&
        !error.message.includes('\n'),
      line.source,
    );
  }
});
