/** Real k6 on a reference target that misbehaves as a test says. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { RunResult } from '../../lib/result/run-result.ts';
import { startTarget } from '../../target/testing/start.ts';
import { copyMonitored, withResult } from './monitored.ts';

export const project = await copyMonitored();
const target = await startTarget({ quiet: true, env: { METRICS_PERIOD_MS: '400' } });
after(() => target.stop());
export const env = { BASE_URL: target.baseUrl, AUTH_TOKEN: target.token, PAYLOAD: 'test' };
/** A few users, which no machine is too busy for: nothing is judged by a rate. */
export const load = { ...env, STAGES: '100ms:8,2s:8', THINK_TIME: '0.08' };
/** More users than the pool has connections, without a pause. */
export const heavy = { ...env, STAGES: '100ms:20,2s:20', THINK_TIME: '0' };

async function put(url: string, body: object): Promise<void> {
  const headers = { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
}
export const inject = (injection: object) =>
  put(`${target.baseUrl}/api/v1/observability/injection`, injection);
export const fault = (kind: string | null) =>
  put(`${target.baseUrl}/api/v1/observability/fault`, { fault: kind });
/** Makes both sinks misbehave, or well again. */
export const sinks = (behaviour: object) =>
  put(`${target.sinksUrl}/behaviour`, { langfuse: behaviour, rudderstack: behaviour });

/** A run while the target misbehaves; it is put right again, and its queues empty. */
export async function runUnder(
  injection: object,
  scenario: string,
  variables: Record<string, string> = load,
) {
  await inject(injection);
  try {
    return withResult(await project.run(scenario, { env: variables }));
  } finally {
    await inject({});
    await sinks({ behaviour: 'ok' });
    await put(`${target.baseUrl}/api/v1/observability/flags`, { flags: {}, drain: true });
  }
}

/** That a run has triggered these rules, whatever others. */
export function assertTriggered(
  expected: readonly string[],
  { result, report }: { result: RunResult; report: string },
) {
  const found = result.recommendations.map(({ rule }) => rule);
  for (const rule of expected) assert.ok(found.includes(rule), `${rule} in ${found.join()}\n${report}`);
}
