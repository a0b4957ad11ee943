/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import type { Auth } from '../../thresholds/types.ts';
import { fetchedToken } from './fetched-token.ts' with { load: 'late' };
import { late } from './late.ts';
import type { TokenSource } from './token-source.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  /** How many tokens are given: spread over the users, none asked for. */
  tokenCount: number;
  baseUrl: string;
  timeoutMs: number;
}

/** @param given the token of that index */
export function tokenOf(settings: TokenSettings, given: (index: number) => string): TokenSource {
  const { auth, tokenCount } = settings;
  if (auth.type === 'none') return undefined;
  if (tokenCount > 0) return given(__VU === 0 ? 0 : (__VU - 1) % tokenCount);
  return late(fetchedToken)(settings);
}
