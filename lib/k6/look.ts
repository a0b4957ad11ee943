/** Looks at the endpoints in which a target tells about itself. */
import type { Target } from '../config/config.ts';
import {
  look,
  MONITOR_HEADERS,
  nothing,
  PROBLEM,
  problemOfHeaders,
  type Looked,
} from '../monitor/answers.ts';
import { headerOf, type HttpAnswer } from '../api/send.ts';
import { send } from './send.ts';

type Headers = Readonly<Record<string, string>>;

/** A look before which the headers say whether the body may be read: one that is too large must never be in memory. */
export async function firstLookAt(
  target: Pick<Target, 'baseUrl' | 'monitor'>,
  path: string,
  headers: Headers,
): Promise<Looked> {
  const answer = await ask(target, path, headers, false);
  if (answer.status === 0) return nothing(PROBLEM.noAnswer);
  const problem = problemOfHeaders((name) => headerOf(answer, name));
  return problem === PROBLEM.none ? lookAt(target, path, headers) : nothing(problem);
}

function ask(
  { baseUrl, monitor }: Pick<Target, 'baseUrl' | 'monitor'>,
  path: string,
  headers: Headers,
  keepBody: boolean,
): Promise<HttpAnswer> {
  return send({
    method: 'GET',
    url: baseUrl + path,
    headers: { ...headers, ...MONITOR_HEADERS },
    body: null,
    timeoutMs: monitor?.timeoutMs ?? 0,
    tags: { kind: 'monitor' },
    keepBody,
  });
}

/** @param wanted the paths that are looked for; all where it is left out */
export async function lookAt(
  target: Pick<Target, 'baseUrl' | 'monitor'>,
  path: string,
  headers: Headers,
  wanted?: readonly string[],
): Promise<Looked> {
  const { monitor } = target;
  if (monitor === null) return nothing(PROBLEM.none);
  const answer = await ask(target, path, headers, true);
  return look(monitor, path, answer, wanted);
}
