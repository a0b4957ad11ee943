// The workflow API and the monitoring answers, on a running target.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startTarget } from './testing/start.ts';
import { all, Client } from './testing/client.ts';
import { ErrorLog } from './errors.ts';
import { flagHeader, formatFlags } from './flags.ts';
import { Database } from './storage/database.ts';

describe('the workflow API', () => {
  let client: Client;
  before(async () => {
    client = new Client(
      await startTarget({ env: { TARGET_TOKENS: 'first,second', RATE_LIMIT: '60', TOKEN_TTL_S: '1' } }),
    );
  });
  after(() => client.target.stop());

  test("answers the guide's request, says which flags are in force, and stores the execution", async () => {
    const response = await client.post('test-workflow');
    const answer = (await response.json()) as {
      executionId: string;
      workflowId: string;
      status: string;
      output: string;
    };
    assert.equal(response.status, 200);
    assert.equal(answer.workflowId, 'test-workflow');
    assert.equal(answer.status, 'completed');
    assert.match(answer.executionId, /^[0-9a-f-]{36}$/);
    assert.notEqual(answer.output, '');
    assert.equal(response.headers.get(flagHeader), formatFlags(all(true)));
    assert.match(response.headers.get('Server-Timing') ?? '', /^total;dur=\d/);
    await client.drain();
    assert.equal(await client.rows('executions', [answer.executionId]), 1);
  });

  test('has sample workflows and agents of different cost', async () => {
    const small = await client.execute('classify-ticket');
    const large = await client.execute('research-topic');
    assert.ok(
      (large.usage.costUsd ?? 0) > 10 * (small.usage.costUsd ?? Infinity),
      'research costs far more than a ticket',
    );
    for (const workflowId of ['summarize-document', 'extract-invoice', 'draft-reply'])
      await client.execute(workflowId);
    const byAnalyst = await client.request('/api/v1/workflows/execute', {
      method: 'POST',
      body: { workflowId: 'test-workflow', input: { message: 'Test', agent: 'analyst', tone: 'friendly' } },
    });
    assert.equal(byAnalyst.status, 200);
  });

  const refusals: [name: string, body: unknown, status: number, error: RegExp][] = [
    ['no body', undefined, 400, /^body: must be a JSON object/],
    ['an array', [], 400, /^body:/],
    ['no workflow', { input: { message: 'Test' } }, 400, /^workflowId: must be a string/],
    [
      'an unknown workflow',
      { workflowId: 'nothing', input: { message: 'Test' } },
      404,
      /no workflow "nothing"/,
    ],
    ['no input', { workflowId: 'test-workflow' }, 400, /^input: /],
    ['an empty message', { workflowId: 'test-workflow', input: { message: '' } }, 400, /^input\.message: /],
    ['a number as message', { workflowId: 'test-workflow', input: { message: 1 } }, 400, /^input\.message: /],
    [
      'a NUL character',
      { workflowId: 'test-workflow', input: { message: 'a\0b' } },
      400,
      /^input\.message: must not contain a NUL character or half of a surrogate pair$/,
    ],
    [
      'half of a surrogate pair',
      { workflowId: 'test-workflow', input: { message: '\ud83d' } },
      400,
      /^input\.message: must not contain a NUL/,
    ],
    [
      'an unknown agent',
      { workflowId: 'test-workflow', input: { message: 'T', agent: 'x' } },
      400,
      /^input\.agent: must be one of writer/,
    ],
    [
      'too long a message',
      { workflowId: 'classify-ticket', input: { message: 'x'.repeat(5_001) } },
      400,
      /takes 5000/,
    ],
  ];
  for (const [name, body, status, error] of refusals)
    test(`refuses ${name} with ${status} and one line`, async () => {
      const response = await client.request('/api/v1/workflows/execute', { method: 'POST', body });
      const answer = (await response.json()) as { error: string };
      assert.equal(response.status, status);
      assert.match(answer.error, error);
      assert.equal(response.headers.get(flagHeader), formatFlags(all(true)));
    });

  test('refuses a request without a valid token, of the workflow API and of the observability API', async () => {
    for (const path of [
      '/api/v1/workflows/execute',
      '/api/v1/observability/flags',
      '/api/v1/observability/metrics',
    ]) {
      const method = path.endsWith('execute') ? 'POST' : 'GET';
      for (const Authorization of ['', 'Bearer wrong', 'Basic first']) {
        const response = await client.request(path, { method, headers: { Authorization } });
        assert.equal(response.status, 401, `${path} with "${Authorization}"`);
        assert.equal(response.headers.get('WWW-Authenticate'), 'Bearer');
      }
    }
  });

  test('issues tokens by client credentials, and they expire', async () => {
    const grant = {
      grant_type: 'client_credentials',
      client_id: 'local-client',
      client_secret: 'local-secret',
    };
    const form = (fields: Record<string, string>, headers = {}): Promise<Response> =>
      fetch(`${client.target.baseUrl}/oauth/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(fields),
      });
    assert.equal((await form({ ...grant, client_secret: 'wrong' })).status, 401);
    assert.equal((await form({ ...grant, grant_type: 'password' })).status, 400);

    const basic = Buffer.from('local-client:local-secret').toString('base64');
    const issued = await form(
      { grant_type: 'client_credentials', scope: 'run' },
      { Authorization: `Basic ${basic}` },
    );
    assert.equal(issued.status, 200);
    const token = (await issued.json()) as {
      access_token: string;
      token_type: string;
      expires_in: number;
      scope: string;
    };
    assert.deepEqual([token.token_type, token.expires_in, token.scope], ['Bearer', 1, 'run']);

    const headers = { Authorization: `Bearer ${token.access_token}` };
    assert.equal((await client.post('test-workflow', 'Test', headers)).status, 200);
    await wait(1_100);
    assert.equal((await client.post('test-workflow', 'Test', headers)).status, 401);
  });

  test('limits the requests of a token and minute, and says when to come back', async () => {
    const second = { Authorization: 'Bearer second' };
    // At most two minutes are touched: within 121 requests one of them is over its 60.
    let refused: Response | undefined;
    for (let sent = 0; sent < 121 && refused === undefined; sent += 1) {
      const response = await client.post('test-workflow', 'Test', second);
      if (response.status !== 200) refused = response;
      else await response.arrayBuffer();
    }
    assert.equal(refused?.status, 429);
    const seconds = Number(refused.headers.get('Retry-After'));
    assert.ok(seconds >= 1 && seconds <= 60, `Retry-After is ${seconds}`);
    assert.match(((await refused.json()) as { error: string }).error, /^rate limit: 60 requests a minute/);
  });
});

describe('the monitoring answers', () => {
  let client: Client;
  // Of a user who traces programs of their own, behind a proxy: none of it is the target's.
  const shell = {
    OTEL_TRACES_SAMPLER: 'always_off',
    http_proxy: 'http://127.0.0.1:9',
    no_proxy: '',
    NO_PROXY: '',
  };
  before(async () => {
    client = new Client(await startTarget({ env: shell }));
  });
  after(() => client.target.stop());

  test('queue-stats count what was started, exported and written', async () => {
    await client.executeMany(30, 10);
    await client.drain();
    const { langfuse, rudderstack, database } = await client.queues();
    assert.deepEqual(langfuse, {
      started: 60,
      queued: 0,
      capacity: 2_048,
      exported: 60,
      failed: 0,
      dropped: 0,
    });
    assert.deepEqual(rudderstack, {
      started: 30,
      queued: 0,
      capacity: 200,
      exported: 30,
      failed: 0,
      dropped: 0,
    });
    for (const writer of Object.values(database))
      assert.deepEqual([writer.queued, writer.written, writer.dropped], [0, 30, 0]);
  });

  test('a row that PostgreSQL cannot hold stands in the way of no other', async () => {
    const database = await Database.connect(client.target.databaseUrl, new ErrorLog());
    const row = { workflow_id: 'test-workflow', agent: 'writer', output: '', steps: 1, duration_ms: 1 };
    const messages = ['first', 'NUL: \0', 'half of a pair: \ud83d', 'whole: \u{1f600}'];
    const rows = messages.map((message) => ({ ...row, id: randomUUID(), message }));
    try {
      for (const of of rows) assert.ok(database.executions.offer(of));
      assert.ok(await database.drain(10_000));
      const { written, failed } = database.executions.stats();
      assert.deepEqual([written, failed], [2, 2]);
    } finally {
      await database.close();
    }
    const ids = rows.map(({ id }) => id);
    assert.equal(await client.rows('executions', ids), 2);
  });

  test('metrics come as JSON, and as Prometheus text for who asks for text', async () => {
    const path = '/api/v1/observability/metrics';
    const metrics = (await (await client.request(path)).json()) as Record<string, Record<string, number>>;
    assert.ok((metrics.cpu?.userS ?? 0) > 0);
    assert.ok((metrics.memory?.rssBytes ?? 0) > 1e6);
    assert.equal(metrics.database?.size, 10);
    assert.equal(typeof metrics.eventLoop?.delayP99Ms, 'number');

    const text = await client.request(path, { headers: { Accept: 'text/plain;version=0.0.4' } });
    assert.match(text.headers.get('Content-Type') ?? '', /^text\/plain/);
    const lines = (await text.text()).split('\n');
    assert.ok(lines.includes('target_database_pool_size 10'));
    assert.ok(lines.some((line) => /^process_cpu_user_seconds_total \d/.test(line)));
    assert.ok(lines.some((line) => line.startsWith('target_requests_total{status="200"}')));
  });

  test('errors are listed with their counts', async () => {
    await client.inject({ base: { errorRate: 1 } });
    assert.equal((await client.post('test-workflow')).status, 500);
    assert.equal((await client.post('test-workflow')).status, 500);
    await client.inject({});
    const { total, errors } = await client.errors();
    assert.ok(total >= 2);
    assert.deepEqual(
      errors.map(({ source, message, count }) => ({ source, message, count })),
      [{ source: 'request', message: 'injected error of base', count: 2 }],
    );
  });

  test('the workflow route can be told to answer wrongly', async () => {
    const fault = async (value: unknown): Promise<Response> =>
      client.request('/api/v1/observability/fault', { method: 'PUT', body: { fault: value } });
    await fault('status:503');
    assert.equal((await client.post('test-workflow')).status, 503);
    await fault('html');
    assert.match(await (await client.post('test-workflow')).text(), /^<!doctype html>/);
    await fault('reset');
    await assert.rejects(client.post('test-workflow'));
    await fault('hang');
    const hanging = fetch(`${client.target.baseUrl}/api/v1/workflows/execute`, {
      method: 'POST',
      signal: AbortSignal.timeout(300),
    });
    await assert.rejects(hanging, { name: 'TimeoutError' });
    assert.equal((await fault('nonsense')).status, 400);
    await fault(null);
    assert.equal((await client.post('test-workflow')).status, 200);
  });

  test('the target says where it keeps its shared state', () => {
    const { target } = client;
    if (process.env.REDIS_URL !== undefined) assert.equal(target.cache, 'redis');
    else assert.ok(['redis', 'in process'].includes(target.cache));
    if (process.env.DATABASE_URL !== undefined) assert.equal(target.databaseUrl, process.env.DATABASE_URL);
  });
});
