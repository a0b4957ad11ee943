/** Requests of the command line, as k6 would send them. */
import type { Send } from '../../lib/api/send.ts';
import type { Env } from '../../lib/config/variables.ts';
import { redacted } from '../../lib/format/redacted.ts';
import { codeOf, messageOf } from '../errors.ts';
import { connections } from './connections.ts';

/** Far above what an answer that is read holds, bytes. */
const LARGEST_BODY = 20e6;

/** What OpenSSL makes of a first answer that is plain HTTP. */
const NO_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/** @param signal ends requests under way, which then reject with its reason */
export function sender(env: Env, signal?: AbortSignal): Send {
  let made: ReturnType<typeof connections> | undefined;
  return async ({ method, url, headers, body, timeoutMs, keepBody }) => {
    const { fetch, Headers } = await import('undici');
    let begin = performance.now();
    let deadline: AbortSignal | undefined;
    try {
      const dispatcher = await (made ??= connections(env));
      // From here on: loading the library, and all certificates, may take longer than an answer.
      begin = performance.now();
      deadline = AbortSignal.timeout(timeoutMs);
      // As k6 does: of names that differ in case alone the later wins, and no value is joined to another's.
      const named = new Headers();
      for (const [name, value] of Object.entries(headers)) named.set(name, value);
      const answer = await fetch(url, {
        method,
        headers: named,
        redirect: 'manual',
        dispatcher,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        ...(body === null ? {} : { body }),
      });
      const text = await textOf(answer.body, keepBody);
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: text,
        durationMs: performance.now() - begin,
        error: null,
      };
    } catch (error) {
      signal?.throwIfAborted();
      const reason = deadline?.aborted === true ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      return { status: 0, headers: {}, body: '', durationMs: performance.now() - begin, error: reason };
    }
  };
}

/** The text of a body, which is not held where nobody reads it. @throws Error where it is larger than any that is read */
async function textOf(body: AsyncIterable<Uint8Array> | null, isKept: boolean): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY) throw new Error(`the answer is larger than ${LARGEST_BODY / 1e6} MB`);
    if (isKept) text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * `fetch` says "fetch failed" and keeps the reason (refused, no such host) as the cause, that of a proxy one deeper; some
 * have a code alone.
 */
export function reasonOf(error: unknown): string {
  const cause = firstCause(error);
  // What fetch says of a header that it refuses holds the header.
  if (cause instanceof TypeError) return 'the request cannot be sent: a header or the address is not valid';
  const code = codeOf(cause) ?? '';
  if (NO_TLS.includes(code)) return 'the server speaks no TLS; expected http:// in its address';
  const message = redacted(messageOf(cause));
  if (message !== '') return message;
  return code === '' ? 'no answer' : code;
}

function firstCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? firstCause(error.cause) : error;
}
