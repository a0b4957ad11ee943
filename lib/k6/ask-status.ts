/** A status request, tagged so that no gate and no latency counts it. */
import type { CookieJar, expectedStatuses } from 'k6/http';
import type { Seen } from '../api/completion.ts';

/**
 * @param expected k6's own function, handed in
 * @param jar with the cookies of the answer that began the workflow; the user's own by default
 */
export function statusParams(
  expected: typeof expectedStatuses,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
  jar?: CookieJar,
) {
  return {
    headers: { ...headers },
    tags: { kind: 'status' },
    timeout: timeoutMs,
    redirects: 0,
    responseType: 'text' as const,
    responseCallback: expected({ min: 100, max: 599 }),
    ...(jar === undefined ? {} : { jar }),
  };
}

/** An answer of k6 as a workflow is followed by it. */
export function seenOf(answer: { status: number; headers: Record<string, string>; body: unknown }): Seen {
  const { status, headers, body } = answer;
  return { status, headers, body: typeof body === 'string' ? body : '' };
}
