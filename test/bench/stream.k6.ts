/**
 * Requests at a fixed rate, by the experiment's open stream in one user or by k6's own executor; prints their P95, and the
 * share of the stream's that took longer than a limit.
 * Bundled by stream.ts, which also says what its variables are.
 */
import http from 'k6/http';
import { Rate } from 'k6/metrics';
import { arrivalTimes } from '../../lib/experiment/plan.ts';
import { seeded } from '../../lib/statistics/random.ts';
import { openStream } from '../../lib/experiment/stream.ts';

const rate = Number(__ENV.RATE);
const seconds = Number(__ENV.SECONDS);
const settleSeconds = Number(__ENV.SETTLE ?? 0);
const limitMs = Number(__ENV.LIMIT_MS ?? Infinity);
const overLimit = new Rate('over_limit');
const url = __ENV.URL ?? '';
const body = __ENV.BODY ?? null;
const method = body === null ? 'GET' : 'POST';
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${__ENV.AUTH_TOKEN ?? ''}` };
const users = Math.ceil(rate / 8);

const stream = { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: '5m' };
const executor = {
  executor: 'constant-arrival-rate',
  rate,
  timeUnit: '1s',
  duration: `${seconds}s`,
  preAllocatedVUs: users,
  maxVUs: users,
};

export const options = {
  scenarios: { load: __ENV.KIND === 'executor' ? executor : stream },
  thresholds: { 'http_req_duration{settled:true}': [] },
  batchPerHost: 2_000,
  summaryTrendStats: ['p(95)'],
};

export default function (): Promise<void> | void {
  if (__ENV.KIND !== 'executor') return measure();
  http.request(method, url, body, { headers, responseType: 'none', tags: { settled: 'true' } });
}

async function measure(): Promise<void> {
  const spacing = __ENV.SPACING === 'poisson' ? 'poisson' : 'even';
  const random = seeded(__ENV.SEED ?? '1');
  const settling = arrivalTimes(Math.round(rate * settleSeconds), settleSeconds * 1_000, spacing, random);
  const measured = arrivalTimes(Math.round(rate * seconds), seconds * 1_000, spacing, random);
  const arrivals = [...settling, ...measured.map((at) => settleSeconds * 1_000 + at)];
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        setTimeout(resolve, ms);
      }),
  };
  await openStream(clock, arrivals, async (index) => {
    const settled = index >= settling.length;
    const tags = { settled: String(settled) };
    const answer = await http.asyncRequest(method, url, body, { headers, responseType: 'none', tags });
    if (settled) overLimit.add(answer.status !== 200 || answer.timings.duration > limitMs);
  });
}

interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

export function handleSummary({ metrics }: Summary): Record<string, string> {
  const duration = metrics['http_req_duration{settled:true}']?.values ?? {};
  return { stdout: JSON.stringify({ p95Ms: duration['p(95)'], over: metrics.over_limit?.values.rate ?? 0 }) };
}
