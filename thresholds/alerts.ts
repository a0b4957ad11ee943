/**
 * What Prometheus alerts on beside the limits of the scenarios, which it takes from scenarios.ts and the environments.
 * `npm run dashboards` writes the rules after a change.
 */
import type { AlertProfile } from './types.ts';

export const alerts: AlertProfile = {
  evaluationInterval: '15s',
  window: '1h',
  for: '1m',
  queueGrowthPerMinute: 600,
  nightly: [
    { environment: 'staging', test: 'heavy' },
    { environment: 'staging', test: 'overhead' },
  ],
  missingAfter: '50h',
};
