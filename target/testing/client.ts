// What the tests do to a running target: requests, switches, and looks at what arrived.
import postgres from 'postgres';
import type { ExecuteAnswer } from '../backend/execute.ts';
import type { ErrorLog } from '../errors.ts';
import type { Flags } from '../flags.ts';
import type { ExportStats } from '../observability/export-counter.ts';
import type { Behaviour, SinkStats } from '../sinks/sink.ts';
import type { Target } from './start.ts';
import type { WriterStats } from '../storage/batch-writer.ts';

interface QueueStats {
  readonly langfuse: ExportStats;
  readonly rudderstack: ExportStats;
  readonly database: Readonly<Record<'executions' | 'modelCosts' | 'similarity', WriterStats>>;
  readonly injected: { readonly queued: number };
}

type Errors = ReturnType<ErrorLog['summary']>;
type Sinks<Of> = Readonly<Record<'langfuse' | 'rudderstack', Of>>;
type Arrived = Sinks<readonly string[]>;
type Stats = Sinks<SinkStats>;

export const all = (value: boolean): Flags => ({
  ENABLE_OBSERVABILITY: value,
  ENABLE_LANGFUSE_EXPORT: value,
  ENABLE_ASYNC_TRACE_EXPORT: value,
  TRACK_MODEL_COSTS: value,
  ENABLE_SIMILARITY_LOGGING: value,
});

const observability = '/api/v1/observability';

export class Client {
  readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  /** Sends a request of the API with the target's token; `body` goes as JSON. */
  request(
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
  ): Promise<Response> {
    const { method = 'GET', headers = {}, body } = init;
    return fetch(this.target.baseUrl + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.target.token}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  post(workflowId: string, message = 'Test', headers: Record<string, string> = {}): Promise<Response> {
    return this.request('/api/v1/workflows/execute', {
      method: 'POST',
      headers,
      body: { workflowId, input: { message } },
    });
  }

  /** Runs a workflow; throws unless it is answered 200. */
  async execute(
    workflowId = 'test-workflow',
    message = 'Test',
    headers: Record<string, string> = {},
  ): Promise<ExecuteAnswer> {
    const response = await this.post(workflowId, message, headers);
    return (await json(response)) as ExecuteAnswer;
  }

  /** Runs `count` requests, `concurrency` at a time, and returns their execution ids; throws unless all are answered 200. */
  async executeMany(
    count: number,
    concurrency: number,
    workflowId = 'test-workflow',
  ): Promise<readonly string[]> {
    const send = async (number: number): Promise<string> =>
      (await this.execute(workflowId, `Message number ${number}`)).executionId;
    return many(count, concurrency, send);
  }

  /** Sends `count` requests, `concurrency` at a time, and returns the statuses of their answers. */
  async postMany(count: number, concurrency: number): Promise<readonly number[]> {
    return many(count, concurrency, async () => (await this.post('test-workflow')).status);
  }

  /** Switches and drains; throws when the queues could not be emptied. */
  async switchFlags(flags: Partial<Flags>): Promise<Flags> {
    const response = await this.request(`${observability}/flags`, {
      method: 'PUT',
      body: { flags, drain: true },
    });
    const answer = (await json(response)) as { flags: Flags; drained: boolean };
    if (!answer.drained) throw new Error(`queues were not drained: ${JSON.stringify(await this.queues())}`);
    return answer.flags;
  }

  /** Empties the queues and changes nothing. */
  async drain(): Promise<void> {
    await this.switchFlags({});
  }

  async queues(): Promise<QueueStats> {
    return (await json(await this.request(`${observability}/queue-stats`))) as QueueStats;
  }

  /** Processor time that the backend has taken since its start. */
  async cpuSeconds(): Promise<number> {
    const metrics = (await json(await this.request(`${observability}/metrics`))) as {
      cpu: { seconds: number };
    };
    return metrics.cpu.seconds;
  }

  async errors(): Promise<Errors> {
    return (await json(await this.request(`${observability}/errors`))) as Errors;
  }

  async inject(injection: unknown): Promise<void> {
    await json(await this.request(`${observability}/injection`, { method: 'PUT', body: injection }));
  }

  /** Lines of the injection log from `since` on, as objects, and the number of the next one. */
  async injectionLog(since = 0): Promise<{ rows: Record<string, number | string>[]; next: number }> {
    const response = await this.request(`${observability}/injection/log?since=${since}`);
    const [head = '[]', ...lines] = (await response.text()).trim().split('\n');
    const columns = JSON.parse(head) as string[];
    const rows = lines.map((line) => {
      const values = JSON.parse(line) as (number | string)[];
      return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
    });
    return { rows, next: Number(response.headers.get('X-Next')) };
  }

  /** Number of the injection log's next entry: from it on it lists what comes after now. */
  async nextLogEntry(): Promise<number> {
    return (await this.injectionLog(1e9)).next;
  }

  async sinks(): Promise<Stats> {
    return (await json(await fetch(`${this.target.sinksUrl}/stats`))) as Stats;
  }

  async arrived(): Promise<Arrived> {
    return (await json(await fetch(`${this.target.sinksUrl}/executions`))) as Arrived;
  }

  async resetSinks(): Promise<void> {
    await json(await fetch(`${this.target.sinksUrl}/reset`, { method: 'POST' }));
  }

  /** Tells both sinks how to behave from now on. */
  async behave(behaviour: Behaviour, delayMs = 0): Promise<void> {
    const body = JSON.stringify({ langfuse: { behaviour, delayMs }, rudderstack: { behaviour, delayMs } });
    await json(await fetch(`${this.target.sinksUrl}/behaviour`, { method: 'PUT', body }));
  }

  /** Rows of a table that belong to one of `executionIds`. */
  async rows(
    table: 'executions' | 'model_costs' | 'similarity_log',
    executionIds: readonly string[],
  ): Promise<number> {
    const sql = postgres(this.target.databaseUrl, { max: 1 });
    const column = table === 'executions' ? 'id' : 'execution_id';
    try {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::integer as count from ${sql(`workflow_target.${table}`)}
        where ${sql(column)} = any(${[...executionIds]}::uuid[])`;
      return row?.count ?? 0;
    } finally {
      await sql.end();
    }
  }
}

async function many<T>(
  count: number,
  concurrency: number,
  send: (number: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const user = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      results.push(await send(next));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, user));
  return results;
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}
