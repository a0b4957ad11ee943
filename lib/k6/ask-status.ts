/** A status request, tagged so that no gate and no latency counts it. */
import http from 'k6/http';
import type { Seen } from '../api/completion.ts';

/** @param keepCookies whether cookies of earlier answers go with it */
export function statusParams(
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
  keepCookies: boolean,
) {
  return {
    headers: { ...headers },
    tags: { kind: 'status' },
    timeout: timeoutMs,
    redirects: 0,
    responseType: 'text' as const,
    responseCallback: http.expectedStatuses({ min: 100, max: 599 }),
    ...(keepCookies ? {} : { jar: new http.CookieJar() }),
  };
}

/** An answer of k6 as a workflow is followed by it. */
export function seenOf(answer: { status: number; headers: Record<string, string>; body: unknown }): Seen {
  const { status, headers, body } = answer;
  return { status, headers, body: typeof body === 'string' ? body : '' };
}
