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
  if (json !== undefined) {
    for (const [path, expected] of Object.entries(json)) {
      const wanted = JSON.stringify(expected);
      checks[`${path} is ${wanted}`] = (answer) => valueAt(answer, path) === wanted;
    }
  }
  if (fresh !== undefined) {
    let last: string | undefined;
    checks[`${fresh} is new`] = (answer) => {
      const value = valueAt(answer, fresh);
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
