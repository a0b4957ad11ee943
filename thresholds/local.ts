/** The reference target on this machine: `npm run target`. */
import { guideApi } from './guide-api.ts';
import { switching } from './switching.ts';
import type { Environment } from './types.ts';

export const local: Environment = {
  baseUrl: 'http://localhost:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: guideApi,
  switching,
  // The target is fast and near: short arms hold requests enough. At most a minute, often half of it.
  overhead: {
    perSecond: 200,
    seconds: 2,
    settleSeconds: 0.5,
    warmUpSeconds: 2,
    blocks: 12,
    leastSeconds: 20,
    drainSeconds: 0.5,
  },
  // 4 to 5 minutes; half of the arms in 2 to 3.
  attribution: { perSecond: 200, seconds: 1, settleSeconds: 0.5, warmUpSeconds: 1, leastSeconds: 5 },
  // One worker of a small machine, short tries: about 8 minutes.
  capacity: { perSecond: 100, ceilingPerSecond: 2_000, seconds: 4, settleSeconds: 1, warmUpSeconds: 3 },
};
