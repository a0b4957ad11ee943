import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadResult } from '../../test/support/runs.ts';
import { CliError } from '../errors.ts';
import { mergeFiles } from './merge.ts';

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-merge-'));
after(() => rm(folder, { recursive: true, force: true }));

const whole = JSON.stringify(loadResult(0));
const files: [what: string, text: string | null, message: RegExp, code: number][] = [
  ['is not there', null, /a\.json: cannot be read: ENOENT/, 1],
  ['is cut', whole.slice(0, 900), /a\.json: not JSON, or cut short; expected a result of this suite$/, 108],
  ['is of an old schema', '{"schemaVersion":0}', /a\.json: schemaVersion: /, 108],
  ['is empty', '', /a\.json: not JSON, or cut short/, 108],
  [
    'is a whole run',
    whole,
    /a\.json: is a whole run, no part; results of load generators that ran with PART/,
    108,
  ],
];
for (const [what, text, message, code] of files) {
  test(`a file that ${what}: one line, ${code}, and nothing is written`, async () => {
    const file = join(folder, 'a.json');
    await rm(file, { force: true });
    if (text !== null) await writeFile(file, text);
    await assert.rejects(
      mergeFiles([file], join(folder, 'out.json')),
      (error: unknown) => error instanceof CliError && message.test(error.message) && error.exitCode === code,
    );
    assert.ok(!(await readdir(folder)).includes('out.json'));
  });
}
