/** Production: protected, and loaded gently. It refuses to run without CONFIRM=production. */
import type { Environment } from './types.ts';

const gentle = [
  { duration: '1m', target: 10 },
  { duration: '2m', target: 10 },
  { duration: '30s', target: 0 },
];

export const production: Environment = {
  baseUrl: 'https://api.example.com',
  protected: true,
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  scenarios: {
    heavy: { load: { stages: gentle } },
    stress: { load: { stages: gentle } },
    ramp: { load: { stages: gentle } },
  },
};
