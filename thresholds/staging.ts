/** The team's staging system. Edit the base URL, and what differs there. */
import { switching } from './switching.ts';
import type { Environment } from './types.ts';

export const staging: Environment = {
  baseUrl: 'https://staging.example.com',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
};
