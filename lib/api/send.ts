/** One HTTP request and its answer, whoever sends it: k6, the command line, and a test bring a `Send` each. */
import type { Milliseconds } from '../../thresholds/types.ts';

export interface HttpRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: none is sent. */
  readonly body: string | null;
  /** Without an answer by then there is none. */
  readonly timeoutMs: Milliseconds;
  /** Of k6's samples; `kind` says whom they concern. */
  readonly tags: Readonly<Record<string, string>> & { readonly kind: Kind };
  /** Whether the answer's body is looked at; else it is read from the connection and thrown away. */
  readonly keepBody: boolean;
}

/** Latency and gates see `workflow` alone. */
export type Kind = 'workflow' | 'status' | 'auth' | 'monitor' | 'control';

export interface HttpAnswer {
  /** 0: there was no answer, and `error` says why. */
  readonly status: number;
  /** Names in the case that the sender keeps: look one up by `headerOf`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where it was not kept. */
  readonly body: string;
  /** Sending, waiting and receiving, without connecting. */
  readonly durationMs: Milliseconds;
  /** Why there was no answer, in a few words that show no secret; `null` where there was one. */
  readonly error: string | null;
  /** What the sender called itself in the request, where it says. */
  readonly userAgent?: string;
}

/** Follows no redirect. Rejects only where its caller ended it. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** A header by name in any case; at once where the name is written as the sender keeps it (k6: `Server-Timing`). */
export function headerOf({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  if (value !== undefined) return value;
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}
