/** Capacity: both arms climb one ladder of rates, five times; about half an hour where the target holds until near the ceiling. */
import type { CapacityProfile } from './types.ts';

export const capacity: CapacityProfile = {
  perSecond: 20,
  step: 1.5,
  resolution: 0.05,
  ceilingPerSecond: 500,
  seconds: 20,
  settleSeconds: 3,
  warmUpSeconds: 5,
  recoverySeconds: 30,
  deadlineMinutes: 60,
  blocks: 5,
  baseline: 'none',
  treatment: 'all',
  limits: { p95Ms: 150, errorRate: 0.01 },
};
