/** What an answer is checked for. */
import type { RefinedResponse, ResponseType } from 'k6/http';
import type { SuccessRule } from '../../thresholds/types.ts';

export type Answer = RefinedResponse<ResponseType>;
export type Checks = Record<string, (answer: Answer) => boolean>;

/**
 * The checks of a success rule, by the names that the report shows.
 * @param slowMs an answer that takes this long fails as well; `null`: none does
 */
export function checksOf(success: SuccessRule, slowMs: number | null): Checks {
  const checks: Checks = {};
  // Each user holds what these functions use; of arguments it would hold all. So they use no argument, and no list where a
  // number will do.
  const { contentType, json } = success;
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
      return type.includes(contentType);
    };
  }
  if (json !== undefined) {
    for (const [path, expected] of Object.entries(json)) {
      const wanted = JSON.stringify(expected);
      checks[`${path} is ${wanted}`] = (answer) => {
        try {
          return JSON.stringify(answer.json(path)) === wanted;
        } catch {
          return false; // not JSON: it has no value there
        }
      };
    }
  }
  const tooSlow = slowMs ?? Infinity;
  if (slowMs !== null) checks[`response time < ${slowMs}ms`] = (answer) => answer.timings.duration < tooSlow;
  return checks;
}
