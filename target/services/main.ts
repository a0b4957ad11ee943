// The process that holds PostgreSQL and Redis, so that they end with the target, whatever ends it.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild, tell } from '../process/child.ts';
import { readSettings } from '../settings.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

await runChild(async (own, fail) => {
  const settings = readSettings(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'workflow-target-'));
  own(() => rm(folder, { recursive: true, force: true }));
  tell({ kind: 'ownsFolder', path: folder });
  // PostgreSQL may run as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const [databaseUrl, redisUrl] = await Promise.all([
    settings.databaseUrl ?? startPostgres(folder, settings.databasePort, own, fail),
    settings.redisUrl ?? startRedis(folder, own),
  ]);
  return { databaseUrl, redisUrl };
});
