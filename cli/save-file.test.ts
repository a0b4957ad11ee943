import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { saveFile } from './save-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-save-'));
after(() => rm(folder, { recursive: true, force: true }));

test('a file is written in a folder that is made for it, again over itself, and through a link', async () => {
  const file = join(folder, 'a/b/report.json');
  await saveFile(file, 'old');
  await symlink(file, join(folder, 'link.json'));
  await saveFile(join(folder, 'link.json'), 'new');
  assert.equal(await readFile(file, 'utf8'), 'new');
  assert.deepEqual(await readdir(join(folder, 'a/b')), ['report.json']);
});

test('a device is written to, and not replaced; what it refuses is one line', async () => {
  await saveFile('/dev/null', 'text');
  assert.ok((await stat('/dev/null')).isCharacterDevice());
  await assert.rejects(saveFile('/dev/full', 'text'), {
    name: 'CliError',
    message: /^\/dev\/full: cannot be written: ENOSPC[^\n]*$/,
  });
});

test('a file below a file is refused with one line', async () => {
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(saveFile(join(folder, 'file/report.json'), 'text'), {
    message: /^[^\n]*\/file\/report\.json: cannot be written: (ENOTDIR|EEXIST)[^\n]*$/,
  });
});

test('a full disk, and one that is read-only, keep the old file and no part', async (t) => {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    t.skip('this user may not mount');
    return;
  }
  try {
    const file = join(disk, 'report.json');
    await saveFile(file, 'old');
    await assert.rejects(saveFile(file, 'x'.repeat(100_000)), { message: /cannot be written: ENOSPC/ });
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await assert.rejects(saveFile(file, 'new'), { message: /cannot be written: EROFS/ });
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(disk), ['report.json']);
  } finally {
    execFileSync('umount', [disk]);
  }
});
