// A constant rate of workflow requests: what the target's benches measure with.
//   k6 run -e BASE_URL=… -e AUTH_TOKEN=… -e RATE=3000 -e DURATION=15s -e WORKFLOW=test-workflow test/bench/target/load.k6.js
import http from 'k6/http';

// Enough for answers that take a second; each costs k6 about 0.1 MB.
const users = Math.min(400, Math.max(100, Number(__ENV.RATE)));

export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max', 'count'],
  scenarios: {
    load: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE),
      timeUnit: '1s',
      duration: __ENV.DURATION,
      preAllocatedVUs: users,
      maxVUs: users,
    },
  },
};

const body = JSON.stringify({ workflowId: __ENV.WORKFLOW, input: { message: __ENV.MESSAGE || 'Test' } });
const params = {
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${__ENV.AUTH_TOKEN}` },
};

export default function () {
  http.post(`${__ENV.BASE_URL}/api/v1/workflows/execute`, body, params);
}

/** One line of JSON for the bench that started this run. */
export function handleSummary({ metrics }) {
  const {
    http_req_duration: duration,
    http_reqs: requests,
    http_req_failed: failed,
    dropped_iterations: dropped,
  } = metrics;
  const line = {
    rate: requests.values.rate,
    failed: failed.values.rate,
    dropped: dropped?.values.count ?? 0,
    meanMs: duration.values.avg,
    p95Ms: duration.values['p(95)'],
    p99Ms: duration.values['p(99)'],
  };
  return { stdout: `${JSON.stringify(line)}\n` };
}
