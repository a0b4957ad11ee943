/**
 * A workflow that goes on after its answer: where its status stands, and when it is done. It is a course of steps, so that a
 * user of a load may wait in each while an engine, whose other requests go on, must not.
 */
import type { AnswerRule, Completion, Milliseconds } from '../../thresholds/types.ts';
import { headerOf } from './send.ts';
import { at } from './json-path.ts';
import { jsonOf } from '../format/json.ts';

/** What is looked at of an answer. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Wait for so long, or ask for the status. */
export type Step =
  { readonly sleepMs: Milliseconds } | { readonly url: string; readonly timeoutMs: Milliseconds };

/** The check of each end that is not `done`, by what should have been. */
export const ENDS = {
  done: 'workflow is done',
  'no address': 'answer says where its status stands',
  'other host': 'status stands on the same host',
  'no status': 'status requests are answered',
  failed: 'workflow does not fail',
  late: 'workflow is done before the time-out',
} as const;

export interface Followed {
  readonly end: keyof typeof ENDS;
  /** From the request to the end; the time-out where it came first. */
  readonly durationMs: Milliseconds;
  /** So much of that, at most, is waiting for the next status request. */
  readonly pollingMs: Milliseconds;
  readonly statusRequests: number;
}

export interface Course {
  readonly completion: Completion;
  /** Address of the request itself. */
  readonly url: string;
  readonly baseUrl: string;
  /** From the request; a workflow that is not done by then has failed. */
  readonly timeoutMs: Milliseconds;
  readonly now: () => Milliseconds;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Follows a workflow from the answer to its request, which has just arrived. The first status request comes at a random
 * moment of the interval: what waiting adds then has nothing to do with how long workflows take, and a difference between
 * two arms is found to less than the interval.
 * @param first the answer
 * @param tookMs what the answer took
 */
export function* follow(
  { completion, url, baseUrl, timeoutMs, now, random }: Course,
  first: Seen,
  tookMs: Milliseconds,
): Generator<Step, Followed, Seen | undefined> {
  const { done, failed, everyMs } = completion;
  const answeredAt = now();
  const giveUpAt = answeredAt + timeoutMs - tookMs;
  let statusRequests = 0;
  let runningAt = answeredAt;
  const ended = (end: Followed['end']): Followed => {
    const endedAt = now();
    const late = end === 'late' || endedAt > giveUpAt;
    return {
      end: late ? 'late' : end,
      durationMs: late ? timeoutMs : tookMs + endedAt - answeredAt,
      pollingMs: end === 'done' ? endedAt - runningAt : 0,
      statusRequests,
    };
  };
  if (fulfils(done, first)) return ended('done');
  if (failed !== undefined && fulfils(failed, first)) return ended('failed');
  const address = statusAddress(completion.statusAt, first, url, baseUrl);
  if ('end' in address) return ended(address.end);
  for (let due = answeredAt + random() * everyMs; ; due = Math.max(due + everyMs, now())) {
    const wait = Math.min(due, giveUpAt) - now();
    if (wait > 0) yield { sleepMs: wait };
    const left = giveUpAt - now();
    if (left <= 0) return ended('late');
    const askedAt = now();
    statusRequests += 1;
    const answer = yield { url: address.url, timeoutMs: Math.max(1, Math.ceil(left)) };
    if (answer === undefined || answer.status === 0) return ended(now() >= giveUpAt ? 'late' : 'no status');
    if (fulfils(done, answer)) return ended('done');
    if (failed !== undefined && fulfils(failed, answer)) return ended('failed');
    if (answer.status >= 400) return ended('no status');
    runningAt = askedAt;
  }
}

/** Takes each step without holding up anything else. */
export async function followed(
  steps: Generator<Step, Followed, Seen | undefined>,
  ask: (url: string, timeoutMs: Milliseconds) => Promise<Seen>,
  sleep: (ms: Milliseconds) => Promise<void>,
): Promise<Followed> {
  for (let answer: Seen | undefined; ;) {
    const step = steps.next(answer);
    if (step.done === true) return step.value;
    answer = undefined;
    if ('url' in step.value) answer = await ask(step.value.url, step.value.timeoutMs);
    else await sleep(step.value.sleepMs);
  }
}

/** Whether all that the rule names is so; in JSON a list stands for any of its values. */
function fulfils({ status, json }: AnswerRule, answer: Seen): boolean {
  if (status?.includes(answer.status) === false) return false;
  if (json === undefined) return true;
  const parsed = jsonOf(answer.body);
  return Object.entries(json).every(([path, wanted]) => {
    const value = JSON.stringify(at(parsed, path));
    return (Array.isArray(wanted) ? wanted : [wanted]).some((one) => JSON.stringify(one) === value);
  });
}

/**
 * The address at which the status stands, or why there is none to ask: never one on another host, which would get the token.
 */
export function statusAddress(
  where: Completion['statusAt'],
  answer: Seen,
  url: string,
  baseUrl: string,
): { url: string } | { end: 'no address' | 'other host' } {
  if ('path' in where) {
    const json = jsonOf(answer.body);
    const names = [...where.path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
    let path = where.path;
    for (const name of names) {
      const value = at(json, name);
      if (typeof value !== 'string' && typeof value !== 'number') return { end: 'no address' };
      path = path.replace(`{${name}}`, () => encodeURIComponent(value));
    }
    return { url: baseUrl + path };
  }
  const named = 'header' in where ? headerOf(answer, where.header) : at(jsonOf(answer.body), where.json);
  if (typeof named !== 'string' || named.trim() === '') return { end: 'no address' };
  const address = resolved(named.trim(), url);
  return originOf(address) === originOf(url) ? { url: address } : { end: 'other host' };
}

/** As browsers resolve a reference (RFC 3986, section 5), as far as status addresses need it. */
function resolved(reference: string, url: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) return reference;
  const [origin = ''] = /^[^/]*\/\/[^/?#]*/.exec(url) ?? [];
  if (reference.startsWith('//')) return origin.slice(0, origin.indexOf('/')) + reference;
  if (reference.startsWith('/')) return origin + reference;
  const [page = ''] = url.split(/[?#]/);
  if (reference.startsWith('?')) return page + reference;
  return page.slice(0, page.lastIndexOf('/') + 1) + reference;
}

/** Scheme, host and port in one form; undefined for what is none of the two schemes, or names a user. */
function originOf(url: string): string | undefined {
  const [, scheme, authority] = /^(https?):\/\/([^/?#\\@]+)(?=[/?#]|$)/i.exec(url) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  const host = authority.toLowerCase();
  return `${scheme.toLowerCase()}://${host.endsWith(port) ? host.slice(0, -port.length) : host}`;
}
