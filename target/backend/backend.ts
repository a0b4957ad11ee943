// The parts of a running backend, put together once.
import { ErrorLog } from '../errors.ts';
import { Injector } from '../injection/injector.ts';
import { InjectionLog } from '../injection/log.ts';
import { Langfuse } from '../observability/langfuse.ts';
import { Observability } from '../observability/observability.ts';
import { RudderStack } from '../observability/rudderstack.ts';
import type { Fault, Settings } from '../settings.ts';
import { langfuseKeys, rudderStackWriteKey } from '../sinks/keys.ts';
import { processCache, redisCache, withFallback, type Cache } from '../storage/cache.ts';
import { Database } from '../storage/database.ts';
import { Executor } from './execute.ts';
import { FlagStore } from './flag-store.ts';
import { Monitor } from './metrics.ts';
import { Policies } from './policies.ts';
import { RequestCounts } from './request-counts.ts';
import { Tokens } from './tokens.ts';

export interface Addresses {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly sinksUrl: string;
}

export interface Backend {
  readonly settings: Settings;
  readonly errors: ErrorLog;
  readonly database: Database;
  readonly cache: Cache;
  readonly tokens: Tokens;
  readonly flags: FlagStore;
  readonly injector: Injector;
  readonly log: InjectionLog;
  readonly langfuse: Langfuse;
  readonly rudderstack: RudderStack;
  readonly executor: Executor;
  readonly counts: RequestCounts;
  readonly monitor: Monitor;
  /** What the workflow route does wrong on purpose. */
  fault: Fault | null;
}

/** Connects to the database, the cache and the sinks; throws when the database or Redis cannot be reached. */
export async function createBackend(settings: Settings, addresses: Addresses): Promise<Backend> {
  const errors = new ErrorLog();
  const [database, cache] = await Promise.all([
    Database.connect(addresses.databaseUrl, errors),
    openCache(addresses.redisUrl, errors),
  ]);
  const policies = new Policies(database, cache);
  await policies.seed();
  const langfuse = new Langfuse({ baseUrl: addresses.sinksUrl, ...langfuseKeys }, errors);
  const rudderstack = new RudderStack(
    { dataPlaneUrl: addresses.sinksUrl, writeKey: rudderStackWriteKey },
    errors,
  );
  const observability = new Observability(langfuse, rudderstack, database, settings.workMs);
  const injector = new Injector((ms) => database.hold(ms));
  injector.replace(settings.injection);
  const counts = new RequestCounts();
  return {
    settings,
    errors,
    database,
    cache,
    tokens: new Tokens(settings.tokens, settings.oauth),
    flags: new FlagStore(settings.flags, settings.flagsFault),
    injector,
    log: new InjectionLog(),
    langfuse,
    rudderstack,
    executor: new Executor(database, policies, observability, injector),
    counts,
    monitor: new Monitor(counts, () => database.pool, settings.metricsPeriodMs),
    fault: settings.fault,
  };
}

/** Empties all queues; false when `limitMs` milliseconds were not enough. */
export async function drainQueues(backend: Backend, limitMs: number): Promise<boolean> {
  const { langfuse, rudderstack, database } = backend;
  const drained = await Promise.all([
    langfuse.drain(limitMs),
    rudderstack.drain(limitMs),
    database.drain(limitMs),
  ]);
  return drained.every(Boolean);
}

async function openCache(redisUrl: string | undefined, errors: ErrorLog): Promise<Cache> {
  if (redisUrl === undefined) return processCache();
  return withFallback(await redisCache(redisUrl, errors), processCache(), errors);
}
