import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checked } from '../../lib/config/fields.ts';
import { environmentField } from '../../lib/config/schema/environment.ts';
import { UsageError } from '../errors.ts';
import { switchingOf, type SwitchingOptions } from './switching.ts';

const nothing = { setting: [], switch: [], url: [], proof: [] };
const of = (options: Partial<SwitchingOptions>) => switchingOf({ ...nothing, by: 'none', ...options });

test('every way and every proof in words is what the schema takes', () => {
  const ways: Partial<SwitchingOptions>[] = [
    { by: 'call', switch: ['PUT /flags {"flags":"{settings}"}'] },
    {
      by: 'call',
      setting: ['tracing', 'level=low,high', 'port=1,2'],
      main: 'tracing',
      switch: [
        'curl -X POST https://flags.example.org/{setting} -H \'X-Api-Key: $FLAGS_KEY\' --json \'{"on":"{value}"}\'',
      ],
    },
    { by: 'command', setting: ['OTEL_SDK_DISABLED=true,false'], command: './restart.sh', usual: 'none' },
    { by: 'header', switchHeader: 'X-Flags: {settings}' },
    { by: 'deployments', url: ['none=http://a', 'all=http://b/'], swap: './swap.sh' },
  ];
  const proofs = [
    'echo X-Flags',
    'echo json meta.flags',
    'read /flags',
    'read POST https://flags.example.org/x flags.on',
    'counter /metrics spans_exported_total',
    'counter http://127.0.0.1:4318/counts spans',
    'uptime /health uptime',
    'uptime /health uptimeMs',
    '{"by":"echo","header":"X-Flags","values":{"enabled":true,"disabled":false}}',
  ];
  for (const way of ways) {
    for (const proof of [proofs, ['none'], []]) {
      const environment = { baseUrl: 'http://a', auth: { type: 'none' }, ...of({ ...way, proof }) };
      assert.doesNotThrow(() => checked(environmentField, environment, 'thresholds/staging.ts'));
    }
  }
  assert.deepEqual(of(ways[1] ?? {}), {
    settings: {
      values: { tracing: {}, level: { off: 'low', on: 'high' }, port: { off: 1, on: 2 } },
      main: 'tracing',
    },
    switching: {
      by: 'call',
      write: {
        method: 'POST',
        url: 'https://flags.example.org/{setting}',
        headers: { 'X-Api-Key': { variable: 'FLAGS_KEY' }, 'Content-Type': 'application/json' },
        body: { on: '{value}' },
      },
      timeoutMs: 10_000,
      proof: 'none',
    },
  });
  assert.deepEqual(of({}), {});
  assert.deepEqual(of({ by: 'command', command: 'x', usual: 'all', proof: ['uptime /health uptimeMs'] }), {
    switching: {
      by: 'command',
      run: 'x',
      timeoutMs: 120_000,
      readyTimeoutMs: 120_000,
      usual: 'all',
      proof: [{ by: 'uptime', path: '/health', readAt: 'uptimeMs', unit: 'ms' }],
    },
  });
  const proven = (proof: string) =>
    (of({ by: 'command', command: 'x', proof: [proof] }).switching?.proof as unknown[])[0];
  const values = { off: false, on: true };
  assert.deepEqual(proven('echo X-Flags off,on'), { by: 'echo', header: 'X-Flags', values });
  assert.deepEqual(proven('echo json meta.on off,on'), { by: 'echo', json: 'meta.on', values });
  assert.deepEqual(proven('read /flags on off,on'), {
    by: 'read',
    method: 'GET',
    path: '/flags',
    readAt: 'on',
    values,
  });
  const bearer = (token: string) =>
    of({ by: 'call', switch: [`curl -X PUT http://a/f -H 'Authorization: Bearer ${token}'`] }).switching
      ?.write;
  const call = { method: 'PUT', url: 'http://a/f', body: null };
  assert.deepEqual(bearer('s3cr3t'), { ...call, auth: { variable: 'SWITCH_TOKEN' } });
  assert.deepEqual(bearer('$FLAGS_TOKEN'), { ...call, auth: { variable: 'FLAGS_TOKEN' } });
});

type Case = [options: Partial<SwitchingOptions>, says: RegExp];
const NO_SECRET = /'api_key' in the query looks like a secret/;

test('what is missing or wrong: one line that says what would be right', () => {
  const cases: Case[] = [
    [{ by: 'call' }, /--by call needs --switch '<METHOD> <path or address> <body>'/],
    [{ by: 'command' }, /--by command needs --command/],
    [{ by: 'header' }, /--by header needs --switch-header/],
    [{ by: 'deployments' }, /--by deployments needs --url none=<address>/],
    [{ by: 'call', switch: ['PUT /f'], command: 'x' }, /--command is not for --by call/],
    [{ by: 'header', switchHeader: 'X: {settings}', usual: 'all' }, /--usual is not for --by header/],
    [{ by: 'call', switch: ['PUT /f'], swap: 'x' }, /--swap is not for --by call/],
    [{ by: 'none', proof: ['echo X'] }, /--proof is not for --by none/],
    [{ by: 'call', switch: ['/flags'] }, /--switch '\/flags'; expected a call such as PUT/],
    [{ by: 'call', switch: ['{"method"'] }, /--switch '{"method"' is no JSON/],
    [{ by: 'header', switchHeader: 'X-Flags' }, /expected a name and a value/],
    [{ by: 'deployments', url: ['http://a'] }, /expected an arm and its address/],
    [{ by: 'command', command: 'x', setting: ['A=1'] }, /--setting 'A=1'; expected NAME/],
    [{ by: 'command', command: 'x', setting: ['A'], main: 'B' }, /--main 'B': expected one of A/],
    [
      { by: 'command', command: 'x', proof: ['counter /x'] },
      /--proof 'counter \/x'; allowed: 'echo <header>'/,
    ],
    ...['PUT /f?api_key=abc {}', 'PUT https://a/f?api_key=abc', "curl -X PUT 'http://a/f?api_key=abc'"].map(
      (call): Case => [{ by: 'call', switch: [call] }, NO_SECRET],
    ),
    [{ by: 'call', switch: ['{"method":"PUT","path":"/f?api_key=abc","body":null}'] }, NO_SECRET],
    ...['read /f?api_key=abc on', 'counter http://a/m?api_key=abc spans', 'uptime /h?api_key=abc up'].map(
      (proof): Case => [{ by: 'command', command: 'x', proof: [proof] }, NO_SECRET],
    ),
    [{ by: 'deployments', url: ['all=https://a?api_key=abc'] }, NO_SECRET],
    [{ by: 'command', command: 'x', proof: ['echo X-Flags off, on'] }, /'echo X-Flags off, on'; allowed/],
  ];
  for (const [options, says] of cases)
    assert.throws(
      () => of(options),
      (error) => error instanceof UsageError && says.test(error.message) && !error.message.includes('\n'),
    );
});
