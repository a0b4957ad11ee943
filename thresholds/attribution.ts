/**
 * The attribution of the overhead to its flags: 10 blocks of seventeen arms, about 18 minutes; half of them 10.
 * Budget and mode are those of the overhead experiment.
 */
import type { AttributionProfile } from './types.ts';

export const attribution: AttributionProfile = {
  design: 'full',
  perSecond: 50,
  seconds: 4,
  settleSeconds: 2,
  warmUpSeconds: 2,
  blocks: 10,
  leastSeconds: 20,
  drainSeconds: 5,
  arrivals: 'poisson',
};
