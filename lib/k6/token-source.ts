/** Where a virtual user has its bearer token from. */

/** A promise only where a secret source has to be asked. */
export type Token = string | Promise<string> | undefined;

/** Gives the token to use now; on demand one that lives for `validForMs` more. */
export type FetchedToken = (validForMs?: number) => Token;

/** A token for the whole run, or what gives one; `undefined`: the API takes none. */
export type TokenSource = string | FetchedToken | undefined;

/** The token to use now. */
export function tokenNow(source: TokenSource, validForMs?: number): Token {
  return typeof source === 'function' ? source(validForMs) : source;
}
