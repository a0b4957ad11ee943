/** A token as the requests of one user carry it. Held by every virtual user, so nothing is imported here but types. */
import type { TokenSource } from './token.ts';

/** A token for the whole run, or what gives one; `undefined`: the API takes none. */
export type UserToken = string | TokenSource | undefined;

/** The token to use now. */
export function tokenNow(source: UserToken, validForMs?: number): ReturnType<TokenSource> {
  return typeof source === 'function' ? source(validForMs) : source;
}

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}
