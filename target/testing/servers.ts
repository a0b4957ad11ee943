// Runs the target's tests once more, on a PostgreSQL and a Redis server of the system instead of the embedded parts.
//
//   tsx target/testing/servers.ts
//
// DATABASE_URL and REDIS_URL are used where both are set. Else servers are started for these tests alone, on free
// ports with data of their own, from Debian's packages, which are installed where that is possible (root, apt-get).
// Where it is not, one line says so and the exit code is 0.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, startServer, unprivileged, type Binaries } from '../services/postgres.ts';
import type { Own } from '../process/child.ts';
import { spawnOwned } from '../process/owned.ts';

const root = new URL('..', import.meta.url).pathname;
const clusters = '/usr/lib/postgresql';
const redis = '/usr/bin/redis-server';

process.exitCode = await main();

async function main(): Promise<number> {
  const { DATABASE_URL, REDIS_URL } = process.env;
  if (DATABASE_URL !== undefined && REDIS_URL !== undefined) return runTests({ DATABASE_URL, REDIS_URL });
  const missing = install();
  if (missing !== undefined) {
    console.log(`target tests on real servers: skipped, ${missing}`);
    return 0;
  }
  const releases: (() => Promise<unknown>)[] = [];
  try {
    return await runTests(await startServers((release) => releases.push(release)));
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

/** Installs what is missing; says why when it cannot. */
function install(): string | undefined {
  if (binaries() !== undefined && existsSync(redis)) return undefined;
  if (process.getuid?.() !== 0)
    return 'PostgreSQL and Redis are not installed and only root may install them';
  if (spawnSync('apt-get', ['--version']).error !== undefined) return 'there is no apt-get';
  // At run level 1 no package starts a server of its own.
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['install', '--yes', '--no-install-recommends', 'postgresql', 'redis-server'];
  spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
  const { status } = spawnSync('apt-get', options, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0 && binaries() !== undefined && existsSync(redis)
    ? undefined
    : 'apt-get could not install them';
}

/** Of the newest installed version; undefined where there is none. */
function binaries(): Binaries | undefined {
  const versions = existsSync(clusters) ? readdirSync(clusters).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions
    .map((version) => join(clusters, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return folder === undefined
    ? undefined
    : { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

async function startServers(own: Own): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'target-servers-'));
  own(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  const found = binaries();
  if (found === undefined) throw new Error('PostgreSQL is not installed');
  const [DATABASE_URL, REDIS_URL] = await Promise.all([
    startServer(found, await unprivileged(), folder, 0, own),
    startRedis(folder, own),
  ]);
  return { DATABASE_URL, REDIS_URL };
}

async function startRedis(folder: string, own: Own): Promise<string> {
  const url = `redis://127.0.0.1:${await freePort()}`;
  const { port } = new URL(url);
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  spawnOwned(own, 'SIGTERM', redis, args, { stdio: 'ignore' });
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await Promise.race([
    client.ping(),
    wait(10_000).then(() => Promise.reject(new Error('Redis did not start'))),
  ]);
  client.disconnect();
  return url;
}

/** Runs the tests that start a target; returns the exit code. */
async function runTests(servers: Record<string, string>): Promise<number> {
  console.log(
    `target tests on real servers: PostgreSQL and Redis, ${Object.values(servers)
      .map((url) => new URL(url).host)
      .join(' and ')}`,
  );
  const files = ['api', 'injection', 'lifecycle', 'sinks', 'switching'].map((name) =>
    join(root, `${name}.test.ts`),
  );
  const args = [
    '--import',
    import.meta.resolve('tsx'),
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...files,
  ];
  const tests = spawn(process.execPath, args, {
    env: { ...process.env, ...servers },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}
