// The guide's own k6 script, for comparison; only its address and its stages come from outside.
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Rate } from 'k6/metrics';

const errorRate = new Rate('errors');

export const options = {
  thresholds: {
    http_req_duration: ['p(95)<150'],
    errors: ['rate<0.01'],
  },
};

export default function () {
  const url = `${__ENV.BASE_URL}/api/v1/workflows/execute`;
  const payload = JSON.stringify({
    workflowId: 'test-workflow',
    input: { message: 'Test' },
  });

  const params = {
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${__ENV.AUTH_TOKEN}`,
    },
  };

  const res = http.post(url, payload, params);
  const success = check(res, {
    'status is 200': (r) => r.status === 200,
    'response time < 150ms': (r) => r.timings.duration < 150,
  });

  errorRate.add(!success);
  if (__ENV.THINK_TIME !== '0') sleep(1);
}
