/** What an answer is checked for. Held by every virtual user. */
import type { SuccessRule } from '../../thresholds/types.ts';

/** An answer as k6 has it. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** `null` where it was not kept. */
  body: unknown;
  timings: { duration: number };
  /** The value at a path of its JSON. */
  json: (path: string) => unknown;
}

export type Checks = Record<string, (answer: Answer) => boolean>;

/** Whether the body of an answer has to be kept for the checks. */
export function needsBody(success: SuccessRule): boolean {
  return looksIntoBody(success) || success.emptyBody !== true;
}

/** Whether an error page with the right status would fail. */
export function looksIntoBody({ json, fresh, text }: SuccessRule): boolean {
  return json !== undefined || fresh !== undefined || text !== undefined;
}

/**
 * To read and parse a body costs a load generator a quarter of its speed. So a user of a load judges all of its first
 * answers, more than the usual loads have for a user, and all that follow a wrong one; after so many right ones in a row
 * one in `BODY_EVERY`. A share of wrong bodies that matters to the error rate keeps every body judged.
 */
export const BODIES_IN_A_ROW = 100;
export const BODY_EVERY = 10;

/**
 * Whether a user of a load judges the body of its next answer.
 * @param iteration its number, from 0
 * @param allUntil the iteration up to which it judges every body
 */
export function judgesBody(iteration: number, allUntil: number): boolean {
  return iteration < allUntil || iteration % BODY_EVERY === 0;
}

/**
 * The checks of a success rule for all but the body, by the names that the report shows.
 * @param slowMs an answer that takes this long fails as well; `null`: none does
 */
export function checksOf(success: SuccessRule, slowMs: number | null): Checks {
  const checks: Checks = {};
  // Each user holds what these functions use; of arguments it would hold all. So they use no argument, and no list where a
  // number will do.
  const { contentType } = success;
  const only = success.status.length === 1 ? success.status[0] : undefined;
  if (only !== undefined) checks[`status is ${only}`] = (answer) => answer.status === only;
  else {
    const { status } = success;
    checks[`status is ${status.join(' or ')}`] = (answer) => status.includes(answer.status);
  }
  if (contentType !== null) {
    const isJson = contentType === 'json';
    checks[`answer is ${contentType}`] = (answer) => {
      const type = answer.headers['Content-Type'] ?? '';
      // What JSON is usually sent as needs no search: with the first method of a string a user gets 5 KB of them.
      if (isJson && (type === 'application/json' || type === 'application/json; charset=utf-8')) return true;
      return type.toLowerCase().includes(contentType.toLowerCase());
    };
  }
  const tooSlow = slowMs ?? Infinity;
  if (slowMs !== null) checks[`response time < ${slowMs}ms`] = (answer) => answer.timings.duration < tooSlow;
  return checks;
}

/** The check of an answer's body, where the rule looks at bodies. One for all of it: k6 takes a sample for each. */
export function bodyChecksOf(success: SuccessRule): Checks {
  if (!needsBody(success)) return {};
  const { json = {}, fresh, text } = success;
  let name = '';
  const wanted: Record<string, string> = {};
  // No lists here: a user gets 5 KB with the first iterator of an array.
  for (const path in json) {
    const value = (wanted[path] = JSON.stringify(json[path]));
    name += `${name === '' ? '' : ' and '}${path} is ${value}`;
  }
  if (fresh !== undefined) name += `${name === '' ? '' : ' and '}${fresh} is new`;
  const holds = text === undefined ? undefined : textRule(text);
  if (holds !== undefined) name += `${name === '' ? '' : ' and '}body ${holds.name}`;
  // HTTP knows no body with a 204.
  if (name === '')
    return { 'body is not empty': ({ status, body }) => status === 204 || (body !== null && body !== '') };
  let last: string | undefined;
  return {
    [name]: (answer) => {
      for (const path in wanted) if (valueAt(answer, path) !== wanted[path]) return false;
      if (holds?.test(answer.body) === false) return false;
      if (fresh === undefined) return true;
      const value = valueAt(answer, fresh);
      const isNew = value !== undefined && value !== 'null' && value !== last;
      last = value;
      return isNew;
    },
  };
}

function textRule(rule: NonNullable<SuccessRule['text']>): {
  name: string;
  test: (body: unknown) => boolean;
} {
  if ('contains' in rule) {
    const words = rule.contains;
    return {
      name: `contains ${JSON.stringify(words)}`,
      test: (body) => typeof body === 'string' && body.includes(words),
    };
  }
  const pattern = new RegExp(rule.pattern);
  return {
    name: `matches ${String(pattern)}`,
    test: (body) => typeof body === 'string' && pattern.test(body),
  };
}

/** A value of the answer's JSON, as JSON; `undefined` where the answer is none, or has no such value. */
function valueAt(answer: Answer, path: string): string | undefined {
  try {
    return JSON.stringify(answer.json(path));
  } catch {
    return undefined;
  }
}
