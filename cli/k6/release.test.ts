import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, get, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { machineContext, type K6Context } from './context.ts';
import { provideK6 } from './provide.ts';
import { checksumOf } from './release.ts';
import { ending } from '../../test/support/endings.ts';
import { bareMachine, k6Script, temporaryFolder, writeProgram } from '../../test/support/k6-archives.ts';
import { k6Version } from './version.ts';

const name = `k6-v${k6Version}-linux-amd64`;
const archiveName = `${name}.tar.gz`;

/** A machine that reaches `listener` as its release server, and knows the checksum of one archive. */
async function machineWith(t: TestContext, archive: Buffer, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = await temporaryFolder(t);
  const { port } = server.address() as AddressInfo;
  const checksumsFile = join(folder, 'checksums.txt');
  await writeFile(checksumsFile, sumsOf(archive));
  return { folder, ...bareMachine(folder), checksumsFile, releaseUrl: `http://127.0.0.1:${port}` };
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
  const machine = await machineWith(t, archive, serve({ [archiveName]: archive }));
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
  const machine = await machineWith(t, archive, serve({ [archiveName]: archive }));
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
  const linked = await linkedArchive(t);
  const cases: [
    what: string,
    known: Buffer,
    listener: RequestListener,
    line: RegExp,
    patience?: Partial<K6Context>,
  ][] = [
    ['another archive', good, serve({ [archiveName]: older }), wordsOf('k6-checksum')],
    ['missing archive', good, serve({}), /linux-amd64\.tar\.gz: HTTP status 404$/],
    ['not an archive', notAnArchive, serve({ [archiveName]: notAnArchive }), /tar\.gz cannot be unpacked: /],
    ['another version inside', older, serve({ [archiveName]: older }), /got k6 2\.1\.0, expected /],
    ['a link for the program', linked, serve({ [archiveName]: linked }), wordsOf('k6-no-regular-file')],
    [
      'cut short',
      good,
      (_, response) => {
        response.writeHead(200, { 'content-length': good.length });
        return response.write(good.subarray(0, 100), () => response.destroy());
      },
      /linux-amd64\.tar\.gz: .*(aborted|closed)/,
    ],
    ['no answer', good, () => undefined, /linux-amd64\.tar\.gz: no answer in 0\.5 s$/, { silenceMs: 500 }],
    [
      'stops answering',
      good,
      (_, response) => response.write(good.subarray(0, 100)),
      /linux-amd64\.tar\.gz: no answer in 0\.5 s$/,
      { silenceMs: 500 },
    ],
    [
      'leads nowhere',
      good,
      (request, response) => response.writeHead(302, { location: request.url }).end(),
      /more than 5 redirects$/,
    ],
  ];
  await Promise.all(
    cases.map(async ([what, known, listener, line, patience]) => {
      const machine = await machineWith(t, known, listener);
      await assert.rejects(provideK6({ ...machine, ...patience }), /there is no k6 here/, what);
      assert.match(machine.lines.at(-1) ?? '', line, what);
      assert.equal(machine.lines.length, 2, what);
      assert.ok(!machine.lines.some((text) => text.includes('\n')), what);
      assert.deepEqual(await readdir(join(machine.folder, 'cache', k6Version)), [], what);
    }),
  );
  assert.equal(machineContext().silenceMs, 3_000, 'a silent server is given up within seconds');
});

function wordsOf(row: string): RegExp {
  return new RegExp(ending(row).says.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

/** An archive whose program is a link to one outside of it. */
async function linkedArchive(t: TestContext): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, name));
  await symlink(await writeProgram(join(folder, 'outside'), k6Script(k6Version)), join(folder, name, 'k6'));
  execFileSync('tar', ['-czf', archiveName, name], { cwd: folder });
  return readFile(join(folder, archiveName));
}

test('each machine asks for the archive that k6 is released in for it, and knows its checksum', async (t) => {
  const asked: (string | undefined)[] = [];
  const machine = await machineWith(t, Buffer.from(''), (request, response) => {
    asked.push(request.url);
    response.writeHead(404).end();
  });
  const machines = [
    ['linux', 'x64', 'linux-amd64.tar.gz'],
    ['linux', 'arm64', 'linux-arm64.tar.gz'],
    ['darwin', 'x64', 'macos-amd64.zip'],
    ['darwin', 'arm64', 'macos-arm64.zip'],
    ['win32', 'x64', 'windows-amd64.zip'],
  ] as const;
  const { checksumsFile } = machineContext();
  for (const [platform, arch, file] of machines) {
    await assert.rejects(provideK6({ ...machine, checksumsFile, platform, arch }), /there is no k6 here/);
    assert.equal(asked.at(-1), `/k6-v${k6Version}-${file}`);
  }
  const requests = asked.length;
  await assert.rejects(provideK6({ ...machine, platform: 'freebsd' }), /there is no k6 here/);
  assert.match(machine.lines.at(-1) ?? '', /k6 is not released for freebsd on x64$/);
  assert.equal(asked.length, requests);
});

test('the download goes through the proxy that the environment names, and not where NO_PROXY says so', async (t) => {
  const archive = await archiveOf(t, k6Script(k6Version));
  const machine = await machineWith(t, archive, serve({ [archiveName]: archive }));
  const { port: behind } = new URL(machine.releaseUrl);
  const asked: [address: string | undefined, user: string | undefined][] = [];
  // A plain address; test/connections.test.ts has the tunnel to a secure one.
  const proxy = createServer(({ url = '', headers }, response) => {
    asked.push([url, headers['proxy-authorization']]);
    get(`http://127.0.0.1:${behind}${new URL(url).pathname}`, (answer) => {
      response.writeHead(answer.statusCode ?? 0);
      answer.pipe(response);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const HTTP_PROXY = `http://user:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { ...machine.env, HTTP_PROXY };
  // A name that no machine has: only the proxy can lead there.
  const proxied = await provideK6({ ...machine, env, releaseUrl: 'http://releases.invalid' });
  assert.equal(proxied.source, 'release');
  assert.deepEqual(asked, [
    [`http://releases.invalid/${archiveName}`, `Basic ${Buffer.from('user:p@ss').toString('base64')}`],
  ]);
  const direct = await provideK6({
    ...machine,
    cacheFolder: join(machine.folder, 'another'),
    env: { ...env, NO_PROXY: 'localhost, 127.0.0.1' },
  });
  assert.equal(direct.source, 'release');
  assert.equal(asked.length, 1);
  assert.ok(!machine.lines.join().includes('p%40ss'));
});

test('a checksum counts only if it is a whole SHA-256 beside the exact name', () => {
  const sum = 'A'.repeat(64);
  assert.equal(checksumOf('k6.zip', `${sum}  k6.zip\r\n`), 'a'.repeat(64));
  for (const text of ['', `${sum}  xk6.zip`, `${sum}  k6.zip.asc`, `${'a'.repeat(63)}  k6.zip`, `  k6.zip`]) {
    assert.throws(() => checksumOf('k6.zip', text), /does not list k6\.zip/, text);
  }
});
