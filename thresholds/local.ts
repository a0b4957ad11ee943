/** The reference target on this machine: `npm run target`. */
import { switching } from './switching.ts';
import type { Environment } from './types.ts';

export const local: Environment = {
  baseUrl: 'http://localhost:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
};
