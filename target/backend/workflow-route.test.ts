// What surrounds an execution, without the parts that execute it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorLog } from '../errors.ts';
import { InjectionLog, logColumns } from '../injection/log.ts';
import { readSettings } from '../settings.ts';
import type { Backend } from './backend.ts';
import { FlagStore } from './flag-store.ts';
import { Refusal } from './refusal.ts';
import { RequestCounts } from './request-counts.ts';
import { buildServer } from './server.ts';
import { Tokens } from './tokens.ts';

test('the log has the status of the answer, and each answer the time that it took', async (t) => {
  const settings = readSettings({});
  const log = new InjectionLog(10);
  const ends = [
    { status: 200, run: () => Promise.resolve({}) },
    { status: 503, run: () => Promise.reject(new Refusal(503, 'the database does not keep up', 1)) },
    { status: 500, run: () => Promise.reject(new Error('injected')) },
  ];
  let run = ends[0]?.run;
  const backend = {
    settings,
    errors: new ErrorLog(),
    tokens: new Tokens(settings.tokens, settings.oauth),
    flags: new FlagStore(settings.flags, settings.flagsFault),
    counts: new RequestCounts(),
    log,
    executor: {
      check: () => Promise.resolve({ id: '00000000-0000-4000-8000-000000000000' }),
      run: () => run?.(),
    },
    fault: null,
  } as unknown as Backend;
  const server = await buildServer(backend);
  t.after(() => server.close());
  const post = (authorization = 'Bearer local-token', payload = '{}') =>
    server.inject({
      method: 'POST',
      url: '/api/v1/workflows/execute',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });

  const answers = [];
  for (const end of ends) {
    run = end.run;
    answers.push(await post());
  }
  const logged = [...log.lines(0)]
    .slice(1)
    .map((line) => (JSON.parse(line) as unknown[])[logColumns.indexOf('status')]);
  assert.deepEqual(
    logged,
    ends.map(({ status }) => status),
  );

  answers.push(await post('Bearer wrong'), await post('Bearer local-token', '{'));
  backend.fault = { kind: 'status', status: 502 };
  answers.push(await post());
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 503, 500, 401, 400, 502],
  );
  for (const { headers, statusCode } of answers)
    assert.match(String(headers['server-timing']), /^total;dur=\d+\.\d\d$/, `of ${statusCode}`);
});
