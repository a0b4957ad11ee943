/** Does the target tell what the limits on costs are on? Its own endpoints are asked once, as setup asks them. */
import type { Client } from '../../lib/api/client.ts';
import type { Target } from '../../lib/config/config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { failureOf, limitedCosts } from '../../lib/gates/cost-limits.ts';
import { pathsOf } from '../../lib/metrics/monitor-metrics.ts';
import { look, MONITOR_HEADERS } from '../../lib/monitor/answers.ts';
import { patternsOf } from '../../lib/monitor/plan.ts';
import { findSeries } from '../../lib/monitor/series.ts';
import { describeFailure } from '../../lib/summary/setup-failure.ts';
import type { CostLimits } from '../../thresholds/types.ts';
import { sender } from '../api/send.ts';
import { ok, problem, type Finding } from './finding.ts';

/** None where no limit is set. */
export async function costFindings(
  limits: CostLimits,
  target: Target,
  client: Client,
  env: Env,
): Promise<Finding[]> {
  const { monitor, baseUrl } = target;
  const names = limitedCosts(limits).map(({ cost }) => cost);
  if (names.length === 0 || monitor === null) return [];
  const headers = { ...(await client.headers()), ...MONITOR_HEADERS };
  const { timeoutMs } = monitor;
  const [send, tags] = [sender(env), { kind: 'monitor' } as const];
  const answers = new Map<string, ReadonlyMap<string, number>>();
  for (const path of pathsOf(monitor)) {
    const request = { method: 'GET', url: baseUrl + path, headers, body: null, timeoutMs, tags };
    answers.set(path, look(monitor, path, await send({ ...request, keepBody: true })).numbers);
  }
  const code = failureOf(limits, findSeries(patternsOf(monitor), answers));
  if (code === null) return [ok('costs', `the target tells what ${names.join(', ')} limit`)];
  const remedy = 'name the series in thresholds/monitor.ts, or take the limit out of overhead.limits';
  return [problem('costs', describeFailure(target, code), remedy)];
}
