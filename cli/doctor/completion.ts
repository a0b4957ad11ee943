/** Can a workflow be followed to its end? One is. */
import type { Client } from '../../lib/api/client.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { ENDS, follow, followed } from '../../lib/api/completion.ts';
import { describeAnswer, TargetProblem } from '../../lib/api/target-problem.ts';
import type { Completion } from '../../thresholds/types.ts';
import type { Target } from '../../lib/config/config.ts';
import { humanMs } from '../../lib/format/format.ts';
import { messageOf } from '../errors.ts';
import { ok, problem, type Finding } from './finding.ts';

/** None where workflows end with their answer. */
export async function completionFindings(
  { api, baseUrl, environment }: Target,
  client: Client,
): Promise<Finding[]> {
  const { completion } = api;
  if (completion === undefined) return [];
  const remedy = `correct api.completion in thresholds/${environment}.ts`;
  try {
    const { end, durationMs, statusRequests } = await one({ ...api, completion, baseUrl }, client);
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

/** @throws TargetProblem where the answer is none that begins a workflow */
async function one(api: Target['api'] & { completion: Completion; baseUrl: string }, client: Client) {
  const answer = await client.request({}, true);
  if (!api.success.status.includes(answer.status))
    throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`);
  const url = api.baseUrl + api.endpoint;
  const steps = follow(
    { ...api, url, now: () => performance.now(), random: Math.random },
    answer,
    answer.durationMs,
  );
  return followed(steps, (at, leftMs) => client.status(at, leftMs), wait);
}
