/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import { fetchedToken } from './fetched-token.ts' with { load: 'once' };
import type { Auth } from '../../thresholds/types.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  tokenCount: number;
  baseUrl: string;
  timeoutMs: number;
}

/** Undefined where the API takes no token; a promise only where a secret source has to be asked. */
export type Token = string | Promise<string> | undefined;

/** A function that gives the token to use now; on demand one that lives for `validForMs` more. */
export function tokenOf(
  settings: TokenSettings,
  fromFile: (index: number) => string,
): (validForMs?: number) => Token {
  const { auth, tokenCount } = settings;
  if (auth.type === 'none') return () => undefined;
  if (auth.type === 'file') {
    const token = fromFile(Math.max(__VU - 1, 0) % tokenCount);
    return () => token;
  }
  if (auth.type === 'token' && 'variable' in auth.token) {
    const token = (__ENV[auth.token.variable] ?? '').trim();
    return () => token;
  }
  return fetchedToken(settings);
}
