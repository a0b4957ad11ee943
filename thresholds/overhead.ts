/** The overhead experiment: at most 20 blocks of two arms, about 10 minutes, often over after 15 blocks, 7 minutes. */
import type { OverheadProfile } from './types.ts';

export const overhead: OverheadProfile = {
  mode: 'toggle',
  budgetMs: 150,
  perSecond: 50,
  seconds: 12,
  settleSeconds: 2,
  warmUpSeconds: 5,
  blocks: 20,
  earlyStop: true,
  // Three periods of what goes out each minute, as metrics do.
  leastSeconds: 180,
  drainSeconds: 5,
  allowFaster: false,
  arrivals: 'poisson',
  baseline: 'none',
  treatment: 'all',
};
