/**
 * The examples, as their pages have them, on systems that nobody here wrote. They take minutes, and installs that `npm ci`
 * does not make: EXAMPLES=on runs them, and installs what is missing into the examples' own folders, once.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../cli/process/free-port.ts';
import { attributionConfig } from '../lib/config/attribution-config.ts';
import { capacityConfig } from '../lib/config/capacity-config.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import type { Environment } from '../thresholds/types.ts';
import { startTarget } from '../target/testing/start.ts';
import { measured, undisturbed } from './support/measured.ts';
import { copyProject, type Ended, type Project } from './support/project.ts';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');
const ADMIN = '*:*.admin-of-this-test';
const CLIENT = 'default:development.client-of-this-test';

/** Why an example is not tried; `null` where it is. */
function reasonAgainst(name: 'node-red' | 'unleash' | 'redis' | 'nothing'): string | null {
  if (process.env.EXAMPLES !== 'on') return 'EXAMPLES=on runs it, and installs what it needs';
  if (name === 'nothing') return null;
  if (name === 'redis') {
    const programs = ['redis-server', 'redis-cli'];
    const isThere = programs.every((program) => spawnSync(program, ['--version']).status === 0);
    return isThere ? null : `no ${programs.join(' and ')} on PATH`;
  }
  const folder = join(examples, name);
  if (existsSync(join(folder, 'node_modules'))) return null;
  const { status } = spawnSync('npm', ['install', '--ignore-scripts'], { cwd: folder });
  return status === 0 ? null : `npm could not install examples/${name}`;
}

/** A program of an example, ended after the tests. Ready once `url` answers, whatever it says. */
async function run(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  url: string,
): Promise<void> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  after(() => child.kill());
  await isUp(url);
}

/** Waits until something takes connections at an address. @throws where nothing does within a minute */
async function isUp(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const socket = connect(Number(port), hostname);
    const isTaken = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isTaken) return;
    if (performance.now() > giveUpAt) throw new Error(`nothing listens at ${url}`);
    await wait(100);
  }
}

interface Example {
  copy: Project;
  /** By what the example's files call them. */
  ports: Readonly<Record<number, number>>;
}

/** A project with the example's environment, on ports that are free. */
async function exampleProject(name: string, used: readonly number[]): Promise<Example> {
  const ports: Record<number, number> = {};
  for (const port of used) ports[port] = await freePort();
  const staging = await readFile(join(examples, name, 'thresholds/staging.ts'), 'utf8');
  const text = Object.entries(ports).reduce(
    (all, [from, to]) => all.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`),
    staging,
  );
  const copy = await copyProject({ 'thresholds/staging.ts': text });
  await symlink(examples, join(copy.folder, 'examples'));
  return { copy, ports };
}

const node = (script: string, ...args: string[]) => [process.execPath, join(examples, script), ...args];
const at = (port = 0) => `http://127.0.0.1:${port}`;
const quick = ['BLOCKS=6', 'LEAST_SECONDS=10'].flatMap((setting) => ['--set', setting]);

function example(name: string, needs: Parameters<typeof reasonAgainst>[0], body: () => Promise<void>): void {
  const reason = reasonAgainst(needs);
  if (reason === null) measured(name, body);
  else test(name, { skip: reason });
}

/** A verdict on evidence, and not that something is wrong. */
function assertVerdict({ code, stdout, stderr }: Ended): void {
  assert.match(stdout, /^(PASS|INCONCLUSIVE|FAIL) /m, stdout + stderr);
  assert.ok([0, 99, 110].includes(code), stdout + stderr);
}

/** Redis on a port of its own, with redis-cli on PATH for the example's commands. */
async function redis(): Promise<{ url: string; cli: (...args: string[]) => void }> {
  const port = String(await freePort());
  await run(['redis-server', '--port', port, '--save', '', '--bind', '127.0.0.1'], {}, at(Number(port)));
  return {
    url: `redis://127.0.0.1:${port}`,
    cli: (...args) => {
      assert.equal(spawnSync('redis-cli', ['-p', port, ...args]).status, 0);
    },
  };
}

test('the settings of each example are right, without a run', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-examples-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const env = { TEST_ENV: 'staging', UNLEASH_ADMIN_TOKEN: ADMIN, AUTH_TOKEN: 'a' };
  for (const name of ['flag-in-redis', 'node-red', 'slow-sink', 'two-deployments', 'unleash']) {
    const text = await readFile(join(examples, name, 'thresholds/staging.ts'), 'utf8');
    const file = join(folder, `${name}.ts`);
    await writeFile(file, text.replaceAll("from './", `from '${join(root, 'thresholds')}/`));
    const environments = (await import(pathToFileURL(file).href)) as { staging: Environment };
    overheadConfig(env, { environments });
    if (name !== 'node-red') continue;
    capacityConfig(env, { environments });
    attributionConfig(env, { environments });
  }
});

example('a feature of Unleash, at its own address and with its own token', 'unleash', async () => {
  const { copy, ports } = await exampleProject('unleash', [3001, 4242, 4318]);
  const tokens = { UNLEASH_ADMIN_TOKEN: ADMIN, UNLEASH_CLIENT_TOKEN: CLIENT };
  await run(node('collector.mjs', String(ports[4318])), {}, at(ports[4318]));
  const unleash = [process.execPath, '--import', 'tsx', join(examples, 'unleash/start.mjs')];
  await run(unleash, { ...tokens, PORT: String(ports[4242]) }, at(ports[4242]));
  const service = {
    ...tokens,
    PORT: String(ports[3001]),
    UNLEASH_URL: at(ports[4242]),
    COLLECTOR: at(ports[4318]),
  };
  await run(node('unleash/service.mjs'), service, at(ports[3001]));
  const ended = await undisturbed(() =>
    copy.cli(['overhead', '--env', 'staging', ...quick], { env: { UNLEASH_ADMIN_TOKEN: ADMIN } }),
  );
  assertVerdict(ended);
  assert.ok(!`${ended.stdout}${ended.stderr}`.includes(ADMIN));
});

example(
  'a flag in Redis that the service caches: a switch that works late is seen, and settling heals it',
  'redis',
  async () => {
    const { copy, ports } = await exampleProject('flag-in-redis', [3001, 4318]);
    const { url } = await redis();
    await run(node('collector.mjs', String(ports[4318])), {}, at(ports[4318]));
    const env = { REDIS_URL: url, PATH: process.env.PATH };
    const service = { ...env, PORT: String(ports[3001]), COLLECTOR: at(ports[4318]) };
    await run(node('flag-in-redis/service.mjs'), service, at(ports[3001]));
    const settled = await undisturbed(() => copy.cli(['overhead', '--env', 'staging', ...quick], { env }));
    assertVerdict(settled);
    const staging = join(copy.folder, 'thresholds/staging.ts');
    const text = await readFile(staging, 'utf8');
    await writeFile(staging, text.replace('settleSeconds: 3', 'settleSeconds: 0.1'));
    const late = await copy.cli(['overhead', '--env', 'staging', ...quick], { env });
    assert.equal(late.code, 108, late.stdout);
    assert.match(
      late.stderr,
      /the counter GET .* after settling; expected it to stand still, or longer settleSeconds/,
    );
  },
);

example('two deployments, whose settings are exchanged half way', 'redis', async () => {
  const { copy, ports } = await exampleProject('two-deployments', [3001, 3002]);
  const { url, cli } = await redis();
  cli('MSET', 'tracing:a', 'off', 'tracing:b', 'on');
  const env = { REDIS_URL: url, PATH: process.env.PATH };
  const deployment = (port: number, FLAG_KEY: string) =>
    run(node('flag-in-redis/service.mjs'), { ...env, PORT: String(ports[port]), FLAG_KEY }, at(ports[port]));
  await Promise.all([deployment(3001, 'tracing:a'), deployment(3002, 'tracing:b')]);
  assertVerdict(await undisturbed(() => copy.cli(['overhead', '--env', 'staging', ...quick], { env })));
});

example('Node-RED under OpenTelemetry, restarted for each arm', 'node-red', async () => {
  const { copy, ports } = await exampleProject('node-red', [1880, 4318]);
  await run(node('collector.mjs', String(ports[4318])), {}, at(ports[4318]));
  const env = {
    PATH: process.env.PATH,
    PORT: String(ports[1880]),
    OTEL_EXPORTER_OTLP_ENDPOINT: at(ports[4318]),
  };
  const restart = (...args: string[]) =>
    spawnSync(join(examples, 'node-red/restart.sh'), args, {
      env: { ...process.env, ...env },
    });
  restart();
  after(() => restart('stop'));
  await isUp(at(ports[1880]));
  assertVerdict(await undisturbed(() => copy.cli(['overhead', '--env', 'staging', ...quick], { env })));
});

example('the reference target, whose sinks are down', 'nothing', async () => {
  const { copy, ports } = await exampleProject('slow-sink', [3000, 3010]);
  const target = await startTarget({
    port: ports[3000] ?? 0,
    env: { SINKS_PORT: String(ports[3010]) },
    quiet: true,
  });
  try {
    const env = { AUTH_TOKEN: target.token };
    const arms = ['BASELINE=all', 'TREATMENT=sink-down'].flatMap((setting) => ['--set', setting]);
    const ended = await undisturbed(() =>
      copy.cli(['overhead', '--env', 'staging', ...quick, ...arms], { env }),
    );
    assertVerdict(ended);
    assert.match(ended.stdout, /Entries dropped or failed a second/);
    assert.match(ended.stdout, /Entries are lost while the sink does not keep up/);
    const sinks = (await (await fetch(`${target.sinksUrl}/stats`)).json()) as Record<
      string,
      { behaviour: string }
    >;
    assert.equal(sinks.langfuse?.behaviour, 'ok', 'put back');
  } finally {
    await target.stop();
  }
});
