/** How `npm run overhead -- --profile` looks into the target. An environment changes what it needs to by `profile`. */
import type { ProfileSettings } from './types.ts';

export const profile: ProfileSettings = {
  inspector: '127.0.0.1:9229',
  seconds: 10,
  rampSeconds: 2,
  intervalUs: 1_000,
  timeoutMs: 5_000,
};
