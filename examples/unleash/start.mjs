// Unleash with the feature `tracing`, on a PostgreSQL server of its own, or that of DATABASE_URL, until Ctrl+C.
//
//   UNLEASH_ADMIN_TOKEN='*:*.…' UNLEASH_CLIENT_TOKEN='default:development.…' node --import tsx examples/unleash/start.mjs
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import unleashServer from 'unleash-server';
import { startPostgres } from '../../target/services/postgres.ts';

const { UNLEASH_ADMIN_TOKEN: admin, UNLEASH_CLIENT_TOKEN: client, DATABASE_URL, PORT = '4242' } = process.env;

const releases = [];
const own = (release) => releases.push(release);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());

async function stop() {
  for (const release of releases.reverse()) await release();
  process.exit(0);
}

async function postgres() {
  const folder = await mkdtemp(join(tmpdir(), 'unleash-'));
  own(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return startPostgres(folder, 0, own);
}

// Its own settings come by environment, and it says nothing to anyone outside.
Object.assign(process.env, { SEND_TELEMETRY: 'false', CHECK_VERSION: 'false', LOG_LEVEL: 'warn' });
const { stop: stopUnleash } = await unleashServer.start({
  databaseUrl: DATABASE_URL ?? (await postgres()),
  db: { ssl: false },
  server: { port: Number(PORT), host: '127.0.0.1', gracefulShutdownEnable: false },
  authentication: {
    initApiTokens: [
      { tokenName: 'admin', type: 'admin', projects: ['*'], environment: '*', secret: admin },
      {
        tokenName: 'orders',
        type: 'client',
        projects: ['default'],
        environment: 'development',
        secret: client,
      },
    ],
  },
});
own(stopUnleash);

const features = `http://127.0.0.1:${PORT}/api/admin/projects/default/features`;
const ask = (path, body) =>
  fetch(`${features}${path}`, {
    method: 'POST',
    headers: { Authorization: admin, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
await ask('', { name: 'tracing', type: 'release' });
await ask('/tracing/environments/development/strategies', { name: 'default' });
console.log(`Unleash: http://127.0.0.1:${PORT}`);
