/** Two deployments for the simulated target, with a swap and without one. */
import type { Switching } from '../../thresholds/types.ts';
import { fixtureEnvironment } from './fixture-environment.ts';

export const apart = {
  by: 'deployments',
  urls: { none: 'https://one.example.com', all: 'https://two.example.com' },
  proof: fixtureEnvironment.switching.proof,
} satisfies Switching;

export const crossed = {
  ...apart,
  swap: { call: { method: 'PUT', path: '/swap', body: { crossed: '{crossed}' } }, timeoutMs: 1_000 },
} satisfies Switching;
