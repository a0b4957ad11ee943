/**
 * What the monitor says of endpoints: limits on their numbers in any shape, and each kind of endpoint seen to be missing.
 * Against servers that do not load the machine.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { RunResult } from '../lib/result/run-result.ts';
import { assertEnding, ending } from './support/endings.ts';
import { crossed, copyMonitored, rules, withResult } from './support/monitored.ts';
import { healthy, serve, type Answer } from './support/servers.ts';

const project = await copyMonitored();
/** A few users, who wait most of the time. */
const load = { AUTH_TOKEN: 'a-token', PAYLOAD: 'test', STAGES: '100ms:8,2s:8', THINK_TIME: '0.08' };

/** The gates that do not hold, floors as well. */
const failing = ({ gates }: RunResult) =>
  gates.filter(({ status }) => status !== 'passed').map(({ name }) => name);

/** The first lines of Prometheus text that an exporter may write. */
const samples = (count: number) => Array.from({ length: count }, (_, i) => `other_${i} ${i}\n`).join('');
const unknown = [
  'a 1',
  'app_process_cpu_seconds{x="1"} 1',
  'b 1',
  'go_goroutines 1',
  'go_threads 1',
  'http_requests_total 1',
].join('\n');

const toomuch: [name: string, endpoint: string, answer: Answer, asked: 'once' | 'always'][] = [
  ['monitor-too-large', 'queue-stats', { body: samples(200_000), type: 'text/plain' }, 'once'],
  [
    'monitor-compressed',
    'metrics',
    { body: gzipSync(Buffer.alloc(5_000_000, 'a')), headers: { 'Content-Encoding': 'gzip' } },
    'once',
  ],
  [
    'monitor-many-names',
    'queue-stats',
    { body: `jobs_queued 1\n${samples(6_000)}`, type: 'text/plain' },
    'always',
  ],
  ['monitor-unknown-names', 'metrics', { body: unknown, type: 'text/plain' }, 'always'],
];

describe('endpoints', { concurrency: 3 }, () => {
  test('Prometheus text, and JSON of another shape: limits on both', async () => {
    let dropped = 0;
    const { baseUrl } = await serve(({ path }) => {
      if (path.endsWith('/queue-stats'))
        return { body: JSON.stringify([{ exporter: { dropped: (dropped += 3), pending: '7' } }]) };
      const text =
        '# HELP x y\ndb_pool_in_use 10\ndb_pool_size{name="main"} 10\ndb_pool_size 10 1700000000000\n';
      return path.endsWith('/metrics') ? { body: text, type: 'text/plain' } : healthy;
    });
    const { code, result, report } = withResult(
      await project.run('smoke', { env: { ...load, BASE_URL: baseUrl } }),
    );
    assert.equal(code, 99, report);
    assert.deepEqual(crossed(result), ['Database connections in use', 'Entries that full queues dropped']);
    assert.deepEqual(rules(result), ['blocking-database', 'dropped-entries', 'exhausted-pool']);
  });

  test('endpoints that are missing, slow or broken are named once and fail nothing, unless a limit needs one', async () => {
    const { baseUrl } = await serve(({ path }) => {
      if (path.endsWith('/queue-stats')) return { status: 404 };
      if (path.endsWith('/metrics')) return 'hang';
      return path.endsWith('/errors') ? { body: '<html>', type: 'text/html' } : healthy;
    });
    const short = { ...load, BASE_URL: baseUrl };
    const free = await project.run('medium', { env: short });
    assert.equal(free.code, 0, free.report);
    for (const [path, problem] of [
      ['queue-stats', 'answered 404'],
      ['metrics', 'no answer within 400 ms'],
      ['errors', 'neither JSON nor Prometheus'],
    ] as const) {
      const lines = free.stderr.split('\n').filter((line) => line.includes(`/${path}:`));
      assert.equal(lines.length, 1, free.stderr);
      assert.match(lines[0] ?? '', new RegExp(problem));
    }
    const needed = withResult(await project.run('light', { env: short }));
    assert.equal(needed.code, 99, needed.report);
    assert.deepEqual(failing(needed.result), ['Growth of memory', 'Growth of memory: looks']);
    assert.ok(needed.result.gates.every(({ status }) => status === 'passed' || status === 'too few samples'));
  });

  for (const [name, endpoint, answer, asked] of toomuch)
    test(`an answer that is too much, or says nothing that is known, is named once: ${name}`, async () => {
      const { baseUrl, received } = await serve(({ path }) =>
        path.endsWith(`/${endpoint}`) ? answer : healthy,
      );
      const env = { ...load, BASE_URL: baseUrl };
      const { code, stderr, result } = withResult(await project.run('medium', { env }));
      assertEnding(name, { code, output: stderr });
      assert.equal(stderr.split('\n').filter((line) => line.includes(`/${endpoint}:`)).length, 1, stderr);
      const found = result.monitor?.endpoints.find(({ path }) => path.endsWith(`/${endpoint}`));
      assert.ok(found?.problem && ending(name).says.includes(found.problem), String(found?.problem));
      const times = received.filter(({ path }) => path.endsWith(`/${endpoint}`)).length;
      assert.equal(times <= 3, asked === 'once', String(times));
      if (name === 'monitor-unknown-names') assert.equal(found.unknown, 6);
    });

  test('MONITOR=off where a limit needs it is refused at the start', async () => {
    const { code, stderr } = await project.run('smoke', { env: { ...load, MONITOR: 'off' } });
    assert.equal(code, 107);
    assert.match(stderr, /MONITOR: off, and thresholds\/local\.ts limits what the monitor sees/);
  });
});
