/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import type { UserToken } from '../api/user-token.ts';
import fetchedToken from './fetched-token.ts' with { load: 'deferred' };
import withSecretHeaders from './with-secret-headers.ts' with { load: 'deferred' };
import type { TokenSettings } from './token-settings.ts';

/** @param given the token of that index */
export function tokenOf(settings: TokenSettings, given: (index: number) => string): UserToken {
  const { headers, secretHeaders } = settings;
  const token = bearerOf(settings, given);
  if (headers === undefined || secretHeaders === undefined) return token;
  return withSecretHeaders(headers, secretHeaders, token);
}

function bearerOf(settings: TokenSettings, given: (index: number) => string): UserToken {
  const { auth, tokenCount } = settings;
  if (auth.type === 'none') return undefined;
  if (tokenCount > 0) return given(__VU === 0 ? 0 : (__VU - 1) % tokenCount);
  return fetchedToken(settings);
}
