/** Trends over the history of results: `npm run trend`. */
import type { TrendProfile } from './types.ts';

export const trend: TrendProfile = {
  window: 50,
  pValue: 0.001,
  leastRuns: 3,
  newRuns: 5,
  acceptedRuns: 20,
  least: { p95Share: 0.05, overheadMs: 5, errorRate: 0.002 },
};
