// What a workflow may do: stored in PostgreSQL, read through the cache.
import type { Cache } from '../storage/cache.ts';
import type { Database, Policy } from '../storage/database.ts';
import { agents, workflows } from './workflows.ts';

/** A change in the database is seen after this time, seconds. */
const ttlS = 30;

export class Policies {
  readonly #database: Database;
  readonly #cache: Cache;

  constructor(database: Database, cache: Cache) {
    this.#database = database;
    this.#cache = cache;
  }

  /** Stores a policy for each sample workflow that has none. */
  async seed(): Promise<void> {
    for (const { id, maxMessageLength } of workflows.values())
      await this.#database.addPolicy(id, { maxMessageLength, agents: Object.keys(agents) });
  }

  /** Throws when neither the cache nor the database has one. */
  async of(workflowId: string): Promise<Policy> {
    const key = `policy:${workflowId}`;
    const cached = await this.#cache.get(key);
    if (cached !== undefined) return JSON.parse(cached) as Policy;
    const policy = await this.#database.policy(workflowId);
    if (policy === undefined) throw new Error(`no policy for the workflow ${workflowId}`);
    await this.#cache.set(key, JSON.stringify(policy), ttlS);
    return policy;
  }
}
