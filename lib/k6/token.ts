/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import { fetchedToken } from './fetched-token.ts' with { load: 'late' };
import type { Auth } from '../../thresholds/types.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  /** How many tokens are given: spread over the users, none asked for. */
  tokenCount: number;
  baseUrl: string;
  timeoutMs: number;
}

/** Undefined where the API takes no token; a promise only where a secret source has to be asked. */
export type Token = string | Promise<string> | undefined;

/** A function that gives the token to use now; on demand one that lives for `validForMs` more. */
export function tokenOf(
  settings: TokenSettings,
  given: (index: number) => string,
): (validForMs?: number) => Token {
  const { auth, tokenCount } = settings;
  if (auth.type === 'none') return () => undefined;
  if (tokenCount > 0) {
    const token = given(__VU === 0 ? 0 : (__VU - 1) % tokenCount);
    return () => token;
  }
  return fetchedToken(settings);
}
