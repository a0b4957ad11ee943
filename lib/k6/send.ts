/** Requests by k6. */
import http from 'k6/http';
import type { HttpAnswer, Send } from '../api/send.ts';
import { redacted } from '../format/redacted.ts';

/** Sends a request that its caller judges: k6 counts none of its statuses as failed, and prints no warning. */
export const send: Send = async ({ method, url, headers, body, timeoutMs, tags, keepBody }) => {
  const params = {
    headers: { ...headers },
    tags: { ...tags },
    timeout: timeoutMs,
    redirects: 0,
    // A cookie of the last answer would bind all requests to one session, or to one instance behind a balancer.
    jar: new http.CookieJar(),
    responseType: keepBody ? ('text' as const) : ('none' as const),
    responseCallback: http.expectedStatuses({ min: 100, max: 599 }),
    throw: true,
  };
  try {
    const answer = await http.asyncRequest(method, url, body, params);
    return {
      status: answer.status,
      headers: answer.headers,
      body: typeof answer.body === 'string' ? answer.body : '',
      durationMs: answer.timings.duration,
      error: null,
      userAgent: answer.request.headers['User-Agent']?.[0] ?? '',
    };
  } catch (error) {
    return noAnswer(error instanceof Error ? error.message : String(error));
  }
};

function noAnswer(message: string): HttpAnswer {
  // Go names method and address before the reason: `Post "http://host/": dial tcp …`.
  const reason = redacted(message).replace(/^(?:GoError: )?[A-Za-z]+ "[^"]*": /, '');
  return { status: 0, headers: {}, body: '', durationMs: 0, error: reason };
}
