import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadResult as fullResult } from '../../test/support/results.ts';
import { resultOf } from '../../test/support/history.ts';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { acceptBaseline, acceptedFiles, readBaselines } from './baselines.ts';
import { addResult, readHistory } from './folder.ts';

test('a result is one file, named by its run; the same run twice is one file', async (t) => {
  const folder = join(await temporaryFolder(t), 'history');
  const first = await addResult(folder, resultOf(1, 50));
  assert.match(first.file, /^000001-heavy-staging-20260101T120100000Z-001ffff-[0-9a-f]{12}\.json$/);
  assert.ok(first.isNew);
  // With the load generator's health, added to the same run later.
  const again = await addResult(folder, { ...resultOf(1, 50), notes: ['more'] });
  assert.deepEqual(again, { file: first.file, isNew: false });
  const { file } = await addResult(folder, resultOf(0, 50, { run: { commit: null } }));
  assert.match(file, /^000002-heavy-staging-20260101T120000000Z-none-/);
  assert.deepEqual((await readdir(folder)).sort(), [first.file, file]);
});

test('values over time stay behind, all else is kept', async (t) => {
  const folder = await temporaryFolder(t);
  const result = fullResult(600);
  const { file } = await addResult(folder, result);
  const text = await readFile(join(folder, file), 'utf8');
  assert.ok(text.length < JSON.stringify(result).length / 2, String(text.length));
  const [entry] = (await readHistory(folder)).entries;
  assert.ok(entry);
  assert.deepEqual(entry.result.latency, result.latency);
  assert.equal(entry.result.timeline, null);
});

test('twenty runs that finish at once are twenty files', async (t) => {
  const folder = join(await temporaryFolder(t), 'new');
  await Promise.all(Array.from({ length: 20 }, (_, i) => addResult(folder, resultOf(i, 50))));
  const { entries, problems } = await readHistory(folder);
  assert.deepEqual([entries.length, problems], [20, []]);
  const twins = await Promise.all(Array.from({ length: 5 }, () => addResult(folder, resultOf(30, 50))));
  assert.equal(new Set(twins.map(({ file }) => file)).size, 1);
  assert.equal((await readHistory(folder)).entries.length, 21);
});

test('names come from results, and stay names', async (t) => {
  const folder = await temporaryFolder(t);
  const run = { scenario: '../../x', environment: 'a/b c', commit: '../y' };
  const { file } = await addResult(folder, resultOf(1, 50, { run }));
  assert.match(file, /^000001-[0-9A-Za-z_-]+\.json$/);
});

test('a broken, old, doubled or foreign file is one line, and the rest goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const { file } = await addResult(folder, resultOf(1, 50));
  const text = await readFile(join(folder, file), 'utf8');
  const named = (place: string) => `${place}-heavy-staging-x-none-0123456789ab.json`;
  await writeFile(join(folder, named('000002')), text.slice(0, 900));
  await writeFile(join(folder, named('000003')), text.replace('"schemaVersion":1', '"schemaVersion":0'));
  await writeFile(join(folder, named('000004')), text);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await writeFile(join(folder, '.gitkeep'), '');
  await mkdir(join(folder, named('000005')));
  const { entries, problems } = await readHistory(folder);
  assert.deepEqual(
    entries.map((entry) => entry.file),
    [file],
  );
  const expected = [
    /000002.*not JSON, or cut short/,
    /000003.*schemaVersion/,
    /000004.*the same run as 000001/,
    /000005.*EISDIR/,
    /notes\.txt: not a name of the history/,
  ];
  assert.equal(problems.length, expected.length, problems.join('\n'));
  for (const [i, line] of expected.entries()) assert.match(problems[i] ?? '', line);
  assert.ok(problems.every((line) => !line.includes('\n')));
});

test('no folder is an empty history', async (t) => {
  const folder = join(await temporaryFolder(t), 'nowhere');
  assert.deepEqual(await readHistory(folder), { entries: [], problems: [] });
  assert.deepEqual(await readBaselines(folder), { baselines: [], problems: [] });
});

test('a baseline takes the place of the one before of its kind; a broken one is one line', async (t) => {
  const folder = await temporaryFolder(t);
  const entry = async (minute: number, environment = 'staging') => {
    const result = resultOf(minute, 50, { run: { environment } });
    return { ...(await addResult(folder, result)), added: 0, result };
  };
  const [first, second, other] = [await entry(1), await entry(2), await entry(3, 'ci')];
  await acceptBaseline(folder, [first]);
  await acceptBaseline(folder, [other]);
  await acceptBaseline(folder, [second]);
  assert.deepEqual(acceptedFiles(await readBaselines(folder)), new Set([second.file, other.file]));
  await writeFile(join(folder, 'baselines', 'x.json'), '{"kind":"baseline"}');
  const { baselines, problems } = await readBaselines(folder);
  assert.equal(baselines.length, 2);
  assert.match(problems.join('\n'), /^.*x\.json: not a baseline, or cut short.*$/);
  assert.deepEqual((await readHistory(folder)).problems, []);
});
