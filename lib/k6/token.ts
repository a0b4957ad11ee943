/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import type { UserToken } from '../api/user-token.ts';
import fetchedToken from './fetched-token.ts' with { load: 'deferred' };
import withSecretHeaders from './with-secret-headers.ts' with { load: 'deferred' };
import type { TokenSettings } from './token-settings.ts';

/** @param given that of a file or a variable */
export default function tokenOf(settings: TokenSettings, given: string | undefined): UserToken {
  const { auth, headers, secretHeaders } = settings;
  const token = auth.type === 'none' ? undefined : (given ?? fetchedToken(settings));
  if (headers === undefined || secretHeaders === undefined) return token;
  return withSecretHeaders(headers, secretHeaders, token);
}
