/** Alert rules and dashboard cannot drift from the gates: what is committed is what `thresholds/` makes. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { projectFolder } from '../scenario/project.ts';
import { madeFiles } from './files.ts';
import { differences, writeFiles } from './write.ts';

const files = madeFiles();
const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-files-'));
after(() => rm(folder, { recursive: true, force: true }));

test('what is in deploy/ is what thresholds/ says', async () => {
  const lines = await differences(projectFolder, files);
  assert.ok(lines.length === 0, `${lines.join('\n')}\nafter a change in thresholds/: npm run dashboards`);
});

test('a rule or a dashboard that someone edits by hand, or deletes, is seen', async () => {
  await writeFiles(folder, files);
  assert.deepEqual(await differences(folder, files), []);
  const [rules, , dashboard] = files.map(({ path }) => path);
  assert.ok(rules !== undefined && dashboard !== undefined);
  const text = await readFile(join(folder, rules), 'utf8');
  const edited = text.replace(/expr: vector\([\d.]+\)/, 'expr: vector(-1)');
  assert.notEqual(edited, text);
  await writeFile(join(folder, rules), edited);
  await rm(join(folder, dashboard));
  const [rule, missing, ...others] = await differences(folder, files);
  assert.match(rule ?? '', /^deploy\/prometheus\/rules\.yml: line \d+ is not what thresholds\/ says$/);
  assert.equal(missing, 'deploy/grafana/k6-overhead.json: missing');
  assert.deepEqual(others, []);
  const lines = await writeFiles(folder, files);
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    ['written', 'unchanged', 'written'],
  );
  assert.deepEqual(await differences(folder, files), []);
});

test('the files are YAML and JSON without anchors or folded lines', () => {
  for (const { path, text } of files) {
    const read = path.endsWith('.json') ? (JSON.parse(text) as unknown) : (parse(text) as unknown);
    assert.equal(typeof read, 'object');
    assert.ok(!/[&*]a\d|>-/.test(text), path);
  }
});
