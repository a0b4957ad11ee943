/** Can a workflow be followed to its end, and does its answer say how long the server took? One is sent. */
import type { Client } from '../../lib/api/client.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { ENDS, follow, followed } from '../../lib/api/completion.ts';
import { describeAnswer, TargetProblem } from '../../lib/api/target-problem.ts';
import type { Completion, ServerTime } from '../../thresholds/types.ts';
import { headerOf, type HttpAnswer } from '../../lib/api/send.ts';
import { serverTimeReader } from '../../lib/api/server-time.ts';
import { printable } from '../../lib/format/printable.ts';
import type { Target } from '../../lib/config/config.ts';
import { humanMs } from '../../lib/format/format.ts';
import { messageOf } from '../errors.ts';
import { ok, problem, type Finding } from './finding.ts';

/** None where an answer ends its workflow, and no header is to say what the server took. */
export async function answerFindings(target: Target, client: Client): Promise<Finding[]> {
  const { api, baseUrl, environment } = target;
  const { completion, serverTime } = api;
  if (completion === undefined && serverTime === undefined) return [];
  const remedy = (setting: string) => `correct api.${setting} in thresholds/${environment}.ts`;
  try {
    const answer = await client.request({}, true);
    if (!api.success.status.includes(answer.status))
      throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`);
    return [
      ...(completion === undefined
        ? []
        : [await completionFinding({ ...api, completion, baseUrl }, answer, client, remedy('completion'))]),
      ...(serverTime === undefined ? [] : [serverTimeFinding(serverTime, answer, remedy('serverTime'))]),
    ];
  } catch (error) {
    return [problem('answer', messageOf(error), remedy('success'))];
  }
}

async function completionFinding(
  api: Target['api'] & { completion: Completion; baseUrl: string },
  answer: HttpAnswer,
  client: Client,
  remedy: string,
): Promise<Finding> {
  const steps = follow(
    { ...api, url: api.baseUrl + api.endpoint, now: () => performance.now(), random: Math.random },
    answer,
    answer.durationMs,
  );
  const { end, durationMs, statusRequests } = await followed(
    steps,
    (at, leftMs) => client.status(at, leftMs),
    wait,
  );
  const asked = `${statusRequests} status requests`;
  if (end === 'done') return ok('completion', `one workflow was done after ${humanMs(durationMs)}, ${asked}`);
  return problem(
    'completion',
    `not so of one workflow: ${ENDS[end]} (${humanMs(durationMs)}, ${asked})`,
    remedy,
  );
}

function serverTimeFinding(rule: ServerTime, { headers, durationMs }: HttpAnswer, remedy: string): Finding {
  const says = serverTimeReader(rule)(headers);
  const value = headerOf({ headers }, rule.header);
  if (says !== undefined)
    return ok(
      'server time',
      `${rule.header} says ${humanMs(says)} of an answer that took ${humanMs(durationMs)}`,
    );
  const found =
    value === undefined ? `no ${rule.header} in the answer` : `${rule.header} is '${printable(value, 100)}'`;
  return problem('server time', found, remedy);
}
