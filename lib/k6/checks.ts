/** What an answer is checked for. */
import type { RefinedResponse, ResponseType } from 'k6/http';
import type { SuccessRule } from '../../thresholds/types.ts';

export type Answer = RefinedResponse<ResponseType>;
export type Checks = Record<string, (answer: Answer) => boolean>;

/**
 * The checks of a success rule, by the names that the report shows.
 * @param slowMs an answer that takes this long fails as well; `null`: none does
 */
export function checksOf({ status, contentType, json = {} }: SuccessRule, slowMs: number | null): Checks {
  const checks: Checks = { [`status is ${status.join(' or ')}`]: (answer) => status.includes(answer.status) };
  if (contentType !== null) {
    checks[`answer is ${contentType}`] = (answer) =>
      (answer.headers['Content-Type'] ?? '').includes(contentType);
  }
  for (const [path, expected] of Object.entries(json)) {
    checks[`${path} is ${JSON.stringify(expected)}`] = (answer) =>
      JSON.stringify(valueAt(answer, path)) === JSON.stringify(expected);
  }
  if (slowMs !== null) checks[`response time < ${slowMs}ms`] = (answer) => answer.timings.duration < slowMs;
  return checks;
}

/** The value at a path of an answer; an answer that is not JSON has none. */
function valueAt(answer: Answer, path: string): unknown {
  try {
    return answer.json(path);
  } catch {
    return undefined;
  }
}
