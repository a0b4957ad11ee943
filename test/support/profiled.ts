/** A copy of the project that profiles in seconds, and what it may leave in a target. */
import { copyProject } from './project.ts';
import type { Client } from '../../target/testing/client.ts';
import type { Target } from '../../target/testing/start.ts';

const environment = `import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:3000',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  overhead: { perSecond: 200, seconds: 1.05, settleSeconds: 0.1, warmUpSeconds: 0.4, leastSeconds: 1, blocks: 5 },
  profile: { seconds: 2, rampSeconds: 0.5 },
};
`;
export const project = await copyProject({ 'thresholds/ci.ts': environment });
export async function flagsOf(client: Client): Promise<unknown> {
  return (await client.request('/api/v1/observability/flags')).json();
}

/** What the profile has left in the process: it takes away what it put there. */
export async function leftInTarget({ inspector = '' }: Target): Promise<unknown> {
  const { Inspector } = await import('../../cli/profile/inspector.ts');
  const process = await Inspector.connect(inspector, 5_000);
  const left = await process.evaluate("typeof globalThis[Symbol.for('k6-overhead.profile')]");
  process.close();
  return left === 'undefined' ? 'nothing' : left;
}
