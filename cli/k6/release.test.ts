import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { provideK6 } from './provide.ts';
import { checksumOf } from './release.ts';
import { bareMachine, k6Script, temporaryFolder, writeProgram } from '../../test/support/k6-archives.ts';
import { k6Version } from './version.ts';

const name = `k6-v${k6Version}-linux-amd64`;
const archiveName = `${name}.tar.gz`;
const checksumsName = `k6-v${k6Version}-checksums.txt`;

/** A machine that reaches `listener` as its release server. */
async function machineWith(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = await temporaryFolder(t);
  const { port } = server.address() as AddressInfo;
  return { folder, ...bareMachine(folder), releaseUrl: `http://127.0.0.1:${port}` };
}

/** A release archive as k6's: one folder with the program in it. */
async function archiveOf(t: TestContext, script: string): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  await writeProgram(join(folder, name, 'k6'), script);
  execFileSync('tar', ['-czf', archiveName, name], { cwd: folder });
  return readFile(join(folder, archiveName));
}

function sumsOf(archive: Buffer): string {
  const sum = createHash('sha256').update(archive).digest('hex');
  return `${'0'.repeat(64)}  k6-v${k6Version}-linux-arm64.tar.gz\n${sum}  ${archiveName}\n`;
}

/** Serves files by name; a file that is not there is a 404. */
function serve(files: Record<string, string | Buffer>): RequestListener {
  return (request, response) => {
    const file = files[(request.url ?? '').slice(1)];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  };
}

test('a good archive is verified, unpacked and kept', async (t) => {
  const archive = await archiveOf(t, k6Script(k6Version));
  const machine = await machineWith(t, serve({ [checksumsName]: sumsOf(archive), [archiveName]: archive }));
  const path = join(machine.folder, 'cache', k6Version, 'k6');
  assert.deepEqual(await provideK6(machine), { path, version: k6Version, source: 'release' });
  assert.match(
    machine.lines[0] ?? '',
    /downloading k6-v\S+-linux-amd64\.tar\.gz from 127\.0\.0\.1:\d+, once …$/,
  );
  assert.match(machine.lines[1] ?? '', /downloaded and verified in \d+\.\d s, kept as \S+$/);
  assert.equal(machine.lines.length, 2);
  assert.deepEqual(await readdir(join(machine.folder, 'cache', k6Version)), ['k6']);
  assert.equal((await provideK6(machine)).source, 'cache');
});

test('two processes at once both get a whole k6', async (t) => {
  const archive = await archiveOf(t, k6Script(k6Version));
  const machine = await machineWith(t, serve({ [checksumsName]: sumsOf(archive), [archiveName]: archive }));
  const both = await Promise.all([provideK6(machine), provideK6(machine)]);
  assert.deepEqual(
    both.map(({ source }) => source),
    ['release', 'release'],
  );
  assert.deepEqual(await readdir(join(machine.folder, 'cache', k6Version)), ['k6']);
});

test('whatever is wrong with a release is said in one line, and nothing of it is kept', async (t) => {
  const good = await archiveOf(t, k6Script(k6Version));
  const older = await archiveOf(t, k6Script('2.1.0'));
  const notAnArchive = Buffer.from('<html>');
  const cases: [string, RequestListener, RegExp][] = [
    [
      'wrong checksum',
      serve({ [checksumsName]: sumsOf(good), [archiveName]: older }),
      /tar\.gz is refused: its SHA-256 is [0-9a-f]{64}, the release's checksums file says [0-9a-f]{64}$/,
    ],
    ['no checksums file', serve({ [archiveName]: good }), /checksums\.txt: HTTP status 404$/],
    [
      'checksums without this archive',
      serve({ [checksumsName]: `${'0'.repeat(64)}  other.zip\n`, [archiveName]: good }),
      /the release's checksums file does not list k6-v\S+-linux-amd64\.tar\.gz$/,
    ],
    ['missing archive', serve({ [checksumsName]: sumsOf(good) }), /linux-amd64\.tar\.gz: HTTP status 404$/],
    [
      'not an archive',
      serve({ [checksumsName]: sumsOf(notAnArchive), [archiveName]: notAnArchive }),
      /tar\.gz cannot be unpacked: /,
    ],
    [
      'another version inside',
      serve({ [checksumsName]: sumsOf(older), [archiveName]: older }),
      /got k6 2\.1\.0, expected /,
    ],
    [
      'cut short',
      (request, response) => {
        if (request.url === `/${checksumsName}`) return response.end(sumsOf(good));
        response.writeHead(200, { 'content-length': good.length });
        return response.write(good.subarray(0, 100), () => response.destroy());
      },
      /linux-amd64\.tar\.gz: .*(terminated|closed)/,
    ],
    ['no answer', () => undefined, /checksums\.txt: no answer in 3 s$/],
    [
      'stops answering',
      (request, response) => {
        if (request.url === `/${checksumsName}`) return response.end(sumsOf(good));
        return response.write(good.subarray(0, 100));
      },
      /linux-amd64\.tar\.gz: no answer in 3 s$/,
    ],
  ];
  const start = performance.now();
  await Promise.all(
    cases.map(async ([what, listener, line]) => {
      const machine = await machineWith(t, listener);
      await assert.rejects(provideK6(machine), /there is no k6 here/, what);
      assert.match(machine.lines.at(-1) ?? '', line, what);
      assert.equal(machine.lines.length, 2, what);
      assert.ok(!machine.lines.some((text) => text.includes('\n')), what);
      assert.deepEqual(await readdir(join(machine.folder, 'cache', k6Version)), [], what);
    }),
  );
  assert.ok(performance.now() - start < 6_000, 'a silent server is given up within seconds');
});

test('each machine gets the archive that k6 is released in for it', async (t) => {
  const asked: (string | undefined)[] = [];
  const machine = await machineWith(t, (request, response) => {
    asked.push(request.url);
    const all = ['linux-arm64.tar.gz', 'macos-amd64.zip', 'macos-arm64.zip', 'windows-amd64.zip'];
    response.writeHead(request.url === `/${checksumsName}` ? 200 : 404);
    response.end(all.map((file) => `${'0'.repeat(64)} *k6-v${k6Version}-${file}\n`).join(''));
  });
  const machines = [
    ['linux', 'arm64', 'linux-arm64.tar.gz'],
    ['darwin', 'x64', 'macos-amd64.zip'],
    ['darwin', 'arm64', 'macos-arm64.zip'],
    ['win32', 'x64', 'windows-amd64.zip'],
  ] as const;
  for (const [platform, arch, file] of machines) {
    await assert.rejects(provideK6({ ...machine, platform, arch }), /there is no k6 here/);
    assert.equal(asked.at(-1), `/k6-v${k6Version}-${file}`);
  }
  const requests = asked.length;
  await assert.rejects(provideK6({ ...machine, platform: 'freebsd' }), /there is no k6 here/);
  assert.match(machine.lines.at(-1) ?? '', /k6 is not released for freebsd on x64$/);
  assert.equal(asked.length, requests);
});

test('a checksum counts only if it is a whole SHA-256 beside the exact name', () => {
  const sum = 'A'.repeat(64);
  assert.equal(checksumOf('k6.zip', `${sum}  k6.zip\r\n`), 'a'.repeat(64));
  for (const text of ['', `${sum}  xk6.zip`, `${sum}  k6.zip.asc`, `${'a'.repeat(63)}  k6.zip`, `  k6.zip`]) {
    assert.throws(() => checksumOf('k6.zip', text), /does not list k6\.zip/, text);
  }
});
