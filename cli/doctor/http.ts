import { messageOf } from '../errors.ts';

/** `fetch` says "fetch failed" and keeps the reason (refused, no such host) as the cause; some have a code alone. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const message = messageOf(cause);
  if (message !== '') return message;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
}
