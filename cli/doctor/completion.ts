/** Can a workflow be followed to its end? One is. */
import type { Client } from '../../lib/api/client.ts';
import { ENDS } from '../../lib/api/completion.ts';
import type { Target } from '../../lib/config/config.ts';
import { humanMs } from '../../lib/format/format.ts';
import { messageOf } from '../errors.ts';
import { ok, problem, type Finding } from './finding.ts';

/** None where workflows end with their answer. */
export async function completionFindings({ api, environment }: Target, client: Client): Promise<Finding[]> {
  const { completion } = api;
  if (completion === undefined) return [];
  const remedy = `correct api.completion in thresholds/${environment}.ts`;
  try {
    const { end, durationMs, statusRequests } = await client.follow(completion);
    const asked = `${statusRequests} status requests`;
    if (end === 'done')
      return [ok('completion', `one workflow was done after ${humanMs(durationMs)}, ${asked}`)];
    return [
      problem(
        'completion',
        `not so of one workflow: ${ENDS[end]} (${humanMs(durationMs)}, ${asked})`,
        remedy,
      ),
    ];
  } catch (error) {
    return [problem('completion', messageOf(error), remedy)];
  }
}
