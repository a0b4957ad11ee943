/** The overhead experiment: at most 20 blocks of two arms, about 6 minutes, often over after 5 blocks. */
import type { OverheadProfile } from './types.ts';

export const overhead: OverheadProfile = {
  mode: 'toggle',
  budgetMs: 150,
  perSecond: 50,
  seconds: 6,
  settleSeconds: 2,
  warmUpSeconds: 5,
  blocks: 20,
  earlyStop: true,
  allowFaster: false,
  arrivals: 'poisson',
  baseline: 'none',
  treatment: 'all',
};
