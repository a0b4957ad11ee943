// PostgreSQL: the schema, the pool, and batched writes.
import postgres from 'postgres';
import type { ErrorLog } from '../errors.ts';
import { BatchWriter, type WriterStats } from './batch-writer.ts';

interface ExecutionRow {
  readonly id: string;
  readonly workflow_id: string;
  readonly agent: string;
  readonly message: string;
  readonly output: string;
  readonly steps: number;
  readonly duration_ms: number;
}

interface CostRow {
  readonly execution_id: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number;
}

interface SimilarityRow {
  readonly execution_id: string;
  /** The stored execution whose message is most alike; null for the first one. */
  readonly nearest_id: string | null;
  /** Cosine, −1 to 1. */
  readonly score: number;
  /** Little-endian float32 values as base64. */
  readonly vector: string;
}

export interface Policy {
  readonly maxMessageLength: number;
  readonly agents: readonly string[];
}

export interface PoolStats {
  readonly inUse: number;
  readonly waiting: number;
  readonly size: number;
}

/** Connections at most. */
const poolSize = 10;

/** A schema of its own: a user's server may hold other things. */
const schema = `
  create schema if not exists workflow_target;
  create table if not exists workflow_target.executions (
    id uuid primary key, workflow_id text not null, agent text not null, message text not null, output text not null,
    steps integer not null, duration_ms real not null, created_at timestamptz not null default now());
  create table if not exists workflow_target.model_costs (
    execution_id uuid not null, model text not null, input_tokens integer not null, output_tokens integer not null,
    cost_usd double precision not null);
  create table if not exists workflow_target.similarity_log (
    execution_id uuid not null, nearest_id uuid, score real not null, vector bytea not null);
  create table if not exists workflow_target.policies (
    workflow_id text primary key, max_message_length integer not null, agents text[] not null);
`;

/** By the class of SQLSTATE: data that cannot be stored (22), a constraint that it violates (23). */
const isRowAtFault = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && /^2[23]/.test(error.code);

export class Database {
  readonly executions: BatchWriter<ExecutionRow>;
  readonly costs: BatchWriter<CostRow>;
  readonly similarities: BatchWriter<SimilarityRow>;
  readonly #sql: postgres.Sql;
  #active = 0;

  /** Connects and creates what is missing; throws when the server cannot be reached. */
  static async connect(url: string, errors: ErrorLog): Promise<Database> {
    const sql = postgres(url, { max: poolSize, connect_timeout: 5, onnotice: () => undefined });
    await sql.unsafe(schema).simple();
    return new Database(sql, errors);
  }

  private constructor(sql: postgres.Sql, errors: ErrorLog) {
    this.#sql = sql;
    const writer = <Row>(insert: (rows: string) => Promise<unknown>): BatchWriter<Row> =>
      new BatchWriter({
        batchSize: 500,
        delayMs: 20,
        capacity: 20_000,
        onError: (error) => {
          errors.record('database', error);
        },
        isRowAtFault,
        write: async (rows) => {
          await this.#counted(() => insert(JSON.stringify(rows)));
        },
      });
    // One JSON parameter for any number of rows: one prepared statement, whatever the size of the batch.
    this.executions = writer(
      (rows) => sql`
      insert into workflow_target.executions (id, workflow_id, agent, message, output, steps, duration_ms)
      select * from json_to_recordset(${rows}::text::json) as row
        (id uuid, workflow_id text, agent text, message text, output text, steps integer, duration_ms real)
      on conflict do nothing`,
    );
    this.costs = writer(
      (rows) => sql`
      insert into workflow_target.model_costs (execution_id, model, input_tokens, output_tokens, cost_usd)
      select * from json_to_recordset(${rows}::text::json) as row
        (execution_id uuid, model text, input_tokens integer, output_tokens integer, cost_usd double precision)`,
    );
    this.similarities = writer(
      (rows) => sql`
      insert into workflow_target.similarity_log (execution_id, nearest_id, score, vector)
      select execution_id, nearest_id, score, decode(vector, 'base64') from json_to_recordset(${rows}::text::json) as row
        (execution_id uuid, nearest_id uuid, score real, vector text)`,
    );
  }

  get pool(): PoolStats {
    return {
      inUse: Math.min(this.#active, poolSize),
      waiting: Math.max(0, this.#active - poolSize),
      size: poolSize,
    };
  }

  /** Queue lengths and counts of the three batched writers. */
  writers(): Readonly<Record<'executions' | 'modelCosts' | 'similarity', WriterStats>> {
    return {
      executions: this.executions.stats(),
      modelCosts: this.costs.stats(),
      similarity: this.similarities.stats(),
    };
  }

  /** Holds a connection for so many milliseconds, as a slow query does. */
  async hold(ms: number): Promise<void> {
    await this.#counted(() => this.#sql`select pg_sleep(${ms / 1_000}::double precision)`);
  }

  /** Stores the policy of a workflow where there is none yet. */
  async addPolicy(workflowId: string, policy: Policy): Promise<void> {
    await this.#sql`insert into workflow_target.policies
      values (${workflowId}, ${policy.maxMessageLength}, ${this.#sql.array([...policy.agents])}) on conflict do nothing`;
  }

  /** The policy of a workflow; undefined when there is none. */
  async policy(workflowId: string): Promise<Policy | undefined> {
    const [row] = await this.#counted(
      () => this.#sql<{ maxMessageLength: number; agents: string[] }[]>`
        select max_message_length as "maxMessageLength", agents
        from workflow_target.policies where workflow_id = ${workflowId}`,
    );
    return row;
  }

  /** Writes all that is queued; false when `limitMs` milliseconds were not enough. */
  async drain(limitMs: number): Promise<boolean> {
    const writers = [this.executions, this.costs, this.similarities];
    const drained = await Promise.all(writers.map((writer) => writer.drain(limitMs)));
    return drained.every(Boolean);
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }

  /** The driver does not say how many of its connections are busy. */
  async #counted<T>(query: () => PromiseLike<T>): Promise<T> {
    this.#active += 1;
    try {
      return await query();
    } finally {
      this.#active -= 1;
    }
  }
}
