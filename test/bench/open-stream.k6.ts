/**
 * The experiment's open stream and k6's own executor, the same requests at the same rate: which is nearer to the truth?
 * Bundled and started by rows/open-stream.ts.
 */
import http from 'k6/http';
import { arrivalTimes } from '../../lib/overhead/plan.ts';
import { seeded } from '../../lib/overhead/random.ts';
import { openStream } from '../../lib/k6/stream.ts';

const rate = Number(__ENV.RATE);
const seconds = Number(__ENV.SECONDS);
const url = __ENV.URL ?? '';
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
  scenarios: { load: __ENV.KIND === 'stream' ? stream : executor },
  batchPerHost: 2_000,
  summaryTrendStats: ['p(95)'],
};

export default function (): Promise<void> | void {
  if (__ENV.KIND !== 'stream') {
    http.get(url, { responseType: 'none' });
    return;
  }
  return measure();
}

async function measure(): Promise<void> {
  const arrivals = arrivalTimes(rate * seconds, seconds * 1_000, 'even', seeded(1));
  await openStream(arrivals, async () => {
    await http.asyncRequest('GET', url, null, { responseType: 'none' });
  });
}

interface Summary {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

export function handleSummary({ metrics }: Summary): Record<string, string> {
  const duration = metrics.http_req_duration?.values ?? {};
  return { stdout: JSON.stringify({ p95Ms: duration['p(95)'] }) };
}
