/** Whose note it is: of a run that goes on, or of one that is over. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/k6-archives.ts';
import { leftNotes, saveNote, type Note } from './note.ts';

test('a note is left where its process is not another one that is alive; that of this process is over as well', async (t) => {
  const folder = await temporaryFolder(t);
  const found = { environment: 'staging', baseUrl: 'http://localhost:1', flags: { TRACING: true } };
  const file = await saveNote(folder, found);
  const own = JSON.parse(await readFile(file, 'utf8')) as Note;
  const cases: [what: string, changed: Partial<Note>, isLeft: boolean][] = [
    [
      'of a container that was started again, where each process is 1',
      { at: '2026-03-01T12:00:00.000Z' },
      true,
    ],
    ['of a run of this process that could not put back what it found', {}, true],
    ['of a process that is alive', { pid: process.ppid }, false],
    ['of one that is not', { pid: 2 ** 30 }, true],
    ['of another machine', { pid: process.ppid, host: 'another' }, true],
  ];
  for (const [what, changed, isLeft] of cases) {
    await writeFile(file, JSON.stringify({ ...own, ...changed }));
    const { left, problems } = await leftNotes(folder);
    assert.deepEqual(problems, []);
    assert.equal(left.length, isLeft ? 1 : 0, what);
  }
});
