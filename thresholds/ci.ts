/** A pull request's check: the same limits, loads that end within a minute. */
import { guideApi } from './guide-api.ts';
import { switching } from './switching.ts';
import type { Environment } from './types.ts';

export const ci: Environment = {
  baseUrl: 'http://localhost:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: guideApi,
  switching,
  // Over after about a minute and a half, 2 at most.
  overhead: { seconds: 4, settleSeconds: 1, warmUpSeconds: 3, blocks: 12, leastSeconds: 30, drainSeconds: 2 },
  scenarios: {
    heavy: {
      load: {
        stages: [
          { duration: '10s', target: 50 },
          { duration: '30s', target: 50 },
          { duration: '5s', target: 0 },
        ],
      },
    },
    stress: {
      load: {
        stages: [
          { duration: '10s', target: 100 },
          { duration: '30s', target: 100 },
          { duration: '5s', target: 0 },
        ],
      },
    },
  },
};
