/** The doctor on limits whose series a target tells, or does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../lib/config/config.ts';
import type { CostLimits } from '../../thresholds/types.ts';
import { serve } from '../../test/support/servers.ts';
import { clientFor } from '../api/client.ts';
import { costFindings } from './costs.ts';

test('a limit whose series the target does not tell is a problem, before any load', async () => {
  const { baseUrl } = await serve(({ path }) =>
    path.endsWith('/metrics') ? { body: '{"memory":{"rssBytes":100000000}}' } : { status: 404 },
  );
  const config = loadConfig('light', {}, { environments: { local: { baseUrl, auth: { type: 'none' } } } });
  const findings = (limits: CostLimits) => costFindings(limits, config, clientFor(config, '{}', {}), {});
  assert.deepEqual(await findings({}), []);
  const [memory] = await findings({ memoryMb: 50 });
  assert.deepEqual([memory?.status, memory?.text], ['ok', 'the target tells what memoryMb limit']);
  const [cpu] = await findings({ memoryMb: 50, cpuShare: 0.1 });
  assert.equal(cpu?.status, 'problem');
  assert.match(cpu.text, /^overhead\.limits: .* expected a series of kind cpuSeconds in \/api\/v1\/obs/);
});
