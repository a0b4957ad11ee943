/** One example request of a team's own service, wherever it was written down. */
import { redactedAddress, SECRET_NAME } from '../../lib/format/redacted.ts';
import { UsageError } from '../errors.ts';

export interface ExampleRequest {
  method: string;
  /** Absolute, or a path below the base URL. */
  url: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string | null;
  /** What answered it, where that is known. */
  answer?: ExampleAnswer;
}

export interface ExampleAnswer {
  status: number;
  contentType: string;
  /** It had no body. */
  isEmpty?: boolean;
}

/** The value of a header by its name in any case. */
export function headerValue(headers: ExampleRequest['headers'], name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

/**
 * What a browser adds for itself, what belongs to one connection or to one request, and what continues a trace: a
 * `traceparent` that says "not sampled" would switch off what is to be measured.
 */
const OF_ONE_REQUEST =
  /^(:.*|sec-.*|host|connection|content-length|transfer-encoding|te|accept-encoding|accept-language|user-agent|referer|dnt|priority|pragma|cache-control|upgrade-insecure-requests|if-.*|x-requested-with|idempotency-key|x-request-id|x-correlation-id|traceparent|tracestate|baggage|sentry-trace)$/i;

/** Headers that a load sends, and the names of those that it does not. */
export function headersToSend(headers: ExampleRequest['headers']): {
  sent: ExampleRequest['headers'];
  leftOut: string[];
} {
  return {
    sent: headers.filter(([name]) => !OF_ONE_REQUEST.test(name)),
    leftOut: headers.map(([name]) => name).filter((name) => OF_ONE_REQUEST.test(name)),
  };
}

/**
 * Where the service is, and the path of its endpoint.
 * @param baseUrl where the request's own address does not tell: it is a path, or the service lies below one
 * @throws UsageError where both do not fit
 */
export function addressOf(
  { url }: Pick<ExampleRequest, 'url'>,
  baseUrl: string | undefined,
): { baseUrl: string; endpoint: string } {
  const base = baseUrl?.replace(/\/+$/, '');
  if (url.startsWith('/')) {
    const endpoint = withoutSecret(url);
    if (base === undefined)
      throw new UsageError(`init: ${url} is a path; give the address that it is below by --base-url`);
    return { baseUrl: withoutSecret(base), endpoint };
  }
  const { origin, pathname, search } = urlOf(url);
  if (base === undefined) return { baseUrl: origin, endpoint: pathname + search };
  const { origin: otherOrigin, pathname: below } = urlOf(base);
  const prefix = below.replace(/\/+$/, '');
  // A request of one system is an example for another: staging's is production's.
  const rest = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
  return { baseUrl: otherOrigin + prefix, endpoint: rest + search };
}

/** @throws UsageError where it is no address that a request can be sent to, or holds a secret */
export function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      `init: '${redactedAddress(text)}' is no address; expected one such as https://staging.example.com`,
    );
  withoutSecret(text);
  return url;
}

/**
 * An address or a path as it will stand in thresholds/.
 * @throws UsageError where its query, or what stands before its host, looks like a secret
 */
export function withoutSecret(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && url.username + url.password !== '')
    throw new UsageError('init: the address holds a user name or a password; send them by a header instead');
  const [, place = '', query = ''] = /^([^?]*)\?(.*)$/s.exec(address) ?? [];
  // `{setting}` is put in by the run.
  const secret = [...new URLSearchParams(query)].find(
    ([name, value]) => SECRET_NAME.test(name) && !/^\{\w+\}$/.test(value),
  );
  if (secret === undefined) return address;
  throw new UsageError(
    `init: ${place}: '${secret[0]}' in the query looks like a secret, which would stand in thresholds/; send it by a header, or leave it out`,
  );
}
