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
export function needsBody({ json, fresh, emptyBody }: SuccessRule): boolean {
  return json !== undefined || fresh !== undefined || emptyBody !== true;
}

/**
 * The checks of a success rule, by the names that the report shows.
 * @param slowMs an answer that takes this long fails as well; `null`: none does
 */
export function checksOf(success: SuccessRule, slowMs: number | null): Checks {
  const checks: Checks = {};
  // Each user holds what these functions use; of arguments it would hold all. So they use no argument, and no list where a
  // number will do.
  const { contentType, json, fresh } = success;
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
  if (json !== undefined || fresh !== undefined) {
    // One check for all of the body: k6 takes a sample for each, which costs more than to look.
    const wanted = Object.entries(json ?? {}).map(([path, value]) => ({
      path,
      value: JSON.stringify(value),
      key: `"${path}":`,
    }));
    const names = wanted.map(({ path, value }) => `${path} is ${value}`);
    const freshKey = `"${fresh ?? ''}":`;
    let last: string | undefined;
    checks[[...names, ...(fresh === undefined ? [] : [`${fresh} is new`])].join(' and ')] = (answer) => {
      const { body } = answer;
      const isWanted = wanted.every(
        ({ path, value, key }) => quickValue(body, key) === value || valueAt(answer, path) === value,
      );
      if (!isWanted || fresh === undefined) return isWanted;
      const value = quickValue(body, freshKey) ?? valueAt(answer, fresh);
      const isNew = value !== undefined && value !== 'null' && value !== last;
      last = value;
      return isNew;
    };
  }
  if (json === undefined && fresh === undefined && success.emptyBody !== true) {
    // HTTP knows no body with a 204.
    checks['body is not empty'] = ({ status, body }) => status === 204 || (body !== null && body !== '');
  }
  const tooSlow = slowMs ?? Infinity;
  if (slowMs !== null) checks[`response time < ${slowMs}ms`] = (answer) => answer.timings.duration < tooSlow;
  return checks;
}

/** A value of the answer's JSON, as JSON; `undefined` where the answer is none, or has no such value. */
function valueAt(answer: Answer, path: string): string | undefined {
  try {
    return JSON.stringify(answer.json(path));
  } catch {
    return undefined;
  }
}

/**
 * The value of a key of the outermost object as it is written: to find it takes a few µs where parsing takes 15. `undefined`
 * where something is nested before it, or the body is spaced: then it has to be parsed.
 * @param key with quotes and colon
 */
function quickValue(body: unknown, key: string): string | undefined {
  if (typeof body !== 'string' || !body.endsWith('}')) return undefined;
  const at = body.indexOf(key);
  if (at < 1 || body.lastIndexOf('{', at) !== 0 || body.lastIndexOf('[', at) >= 0) return undefined;
  const from = at + key.length;
  if (body[from] === '"') {
    const value = body.slice(from, body.indexOf('"', from + 1) + 1);
    return value.endsWith('\\"') ? undefined : value;
  }
  const comma = body.indexOf(',', from);
  return body.slice(from, comma < 0 ? body.length - 1 : comma);
}
