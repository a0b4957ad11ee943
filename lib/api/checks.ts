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

/** What the body of an answer is checked for, prepared once for all users. */
export interface BodyRule {
  /** Of the check, as the report shows it. */
  name: string;
  /** Paths of the answer's JSON, each before the JSON of its value. */
  wanted: string[];
  /** The path of a value that is another one each time. */
  fresh?: string;
  contains?: string;
  /** A regular expression. */
  pattern?: string;
}

/** `null` where the rule has no use for bodies. */
export function bodyRuleOf(success: SuccessRule): BodyRule | null {
  if (!looksIntoBody(success)) return success.emptyBody === true ? null : { name: NOT_EMPTY, wanted: [] };
  const { json = {}, fresh, text } = success;
  const wanted = Object.entries(json).map(([path, value]) => [path, JSON.stringify(value)] as const);
  const names = wanted.map(([path, value]) => `${path} is ${value}`);
  if (fresh !== undefined) names.push(`${fresh} is new`);
  if (text !== undefined) names.push(`body ${textName(text)}`);
  return {
    name: names.join(' and '),
    wanted: wanted.flat(),
    ...(fresh === undefined ? {} : { fresh }),
    ...text,
  };
}

const NOT_EMPTY = 'body is not empty';

function textName(rule: NonNullable<SuccessRule['text']>): string {
  if ('contains' in rule) return `contains ${JSON.stringify(rule.contains)}`;
  return `matches ${String(new RegExp(rule.pattern))}`;
}

/** The check of an answer's body. One for all of it: k6 takes a sample for each. */
export function bodyChecksOf(rule: BodyRule): Checks {
  // HTTP knows no body with a 204.
  if (rule.name === NOT_EMPTY)
    return { [NOT_EMPTY]: ({ status, body }) => status === 204 || (body !== null && body !== '') };
  const { wanted, fresh, contains } = rule;
  const pattern = rule.pattern === undefined ? undefined : new RegExp(rule.pattern);
  let last: string | undefined;
  return {
    [rule.name]: (answer) => {
      const { body } = answer;
      if (contains !== undefined && !(typeof body === 'string' && body.includes(contains))) return false;
      if (pattern !== undefined && !(typeof body === 'string' && pattern.test(body))) return false;
      try {
        // No iterator here: a user gets 5 KB with the first one of an array.
        for (let i = 0; i < wanted.length; i += 2)
          if (JSON.stringify(answer.json(wanted[i] ?? '')) !== wanted[i + 1]) return false;
        if (fresh === undefined) return true;
        const value = JSON.stringify(answer.json(fresh)) as string | undefined;
        const isNew = value !== undefined && value !== 'null' && value !== last;
        last = value;
        return isNew;
      } catch {
        return false; // no JSON
      }
    },
  };
}
