/** A system that has nothing in common with the guide's, by configuration alone: its settings, switch and proofs. */
import assert from 'node:assert/strict';
import { measured as test, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';
import { serve, type TestServer } from './support/servers.ts';

/** What is in force, and what was in force before any run. */
const state = { tracing: true, ratio: 0.2 };

/** Keeps the state beside the API: takes one setting at a time, and a token of its own. */
const flags = await serve(({ method, path, body }) => {
  if (method === 'PUT')
    Object.assign(state, { [path.slice('/v1/'.length)]: (JSON.parse(body) as { to: unknown }).to });
  return { body: JSON.stringify({ state }) };
});

/** Says what was in force in its JSON. */
const api = await serve(({ path }) => ({
  body: JSON.stringify({ answer: 42, meta: { ...state, ratio: String(state.ratio) } }),
  afterMs: path === '/ask' ? 3 + (state.tracing ? 20 * state.ratio : 0) : 0,
}));

/** Two settings of a service beside it, one of them with a third value; proven by that service and by each answer. */
const ci = `
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: '${api.baseUrl}',
  auth: { type: 'token', token: { variable: 'API_TOKEN' } },
  api: {
    endpoint: '/ask', payload: 'test', timeoutMs: 500, probe: { method: 'GET', path: '/healthz' },
    success: { status: [200], contentType: 'json', json: { answer: 42 } },
  },
  monitor: { paths: [], errorsPath: null },
  overhead: {
    perSecond: 300, seconds: 0.7, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5, budgetMs: 60,
    treatment: 'tenth',
  },
  settings: { values: { tracing: {}, ratio: { off: 0, on: 1 } }, main: 'tracing', arms: { tenth: { ratio: 0.1 } } },
  switching: {
    by: 'call',
    write: {
      method: 'PUT', url: '${flags.baseUrl}/v1/{setting}', auth: { variable: 'FLAGS_TOKEN' }, body: { to: '{value}' },
    },
    timeoutMs: 700,
    proof: [
      { by: 'read', method: 'GET', url: '${flags.baseUrl}/v1', auth: { variable: 'FLAGS_TOKEN' }, readAt: 'state', inARow: 2 },
      { by: 'echo', json: 'meta' },
    ],
  },
};`;
const project = await copyProject({ 'thresholds/ci.ts': ci });

const tokensOf = ({ received }: TestServer) => [
  ...new Set(received.map(({ headers }) => headers.authorization ?? 'none')),
];

test('a flag service with an address and a token of its own; proven by it, and by the JSON of each answer', async () => {
  const before = { ...state };
  const env = { TEST_ENV: 'ci', API_TOKEN: 'api-secret', FLAGS_TOKEN: 'flags-secret' };
  const run = await undisturbed(() => project.run('overhead', { env }));
  const { code, result, report, stderr } = run;
  assert.equal(code, 0, stderr);
  assert.equal(result?.overhead?.flagsRestored, true);
  assert.deepEqual(state, before, 'everything is as it was found');
  assert.ok(!/api-secret|flags-secret/.test(JSON.stringify(run)));
  assert.deepEqual(result.overhead.arms[1]?.flags, { tracing: true, ratio: 0.1 });
  assert.match(report, /treatment +tenth/);
  const held = result.overhead.guards.map(({ name }) => name);
  assert.ok(held.includes('flags echoed') && held.includes('settings read'), held.join());
  assert.deepEqual(tokensOf(flags), ['Bearer flags-secret']);
  assert.deepEqual(tokensOf(api), ['Bearer api-secret']);
});
