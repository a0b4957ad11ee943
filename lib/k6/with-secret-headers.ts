/** A token that comes with headers whose values only k6's secret sources know: they are asked for once, on first use. */
import { tokenNow, type UserToken } from '../api/user-token.ts';
import type { TokenSource } from '../api/token.ts';
import { readSecretHeaders } from './secret-headers.ts';
import type { TokenSettings } from './token-settings.ts';

/** @param headers are added to */
export default function withSecretHeaders(
  headers: Record<string, string>,
  secretHeaders: NonNullable<TokenSettings['secretHeaders']>,
  token: UserToken,
): TokenSource {
  let isComplete = false;
  return (validForMs) => {
    if (isComplete) return tokenNow(token, validForMs);
    return readSecretHeaders(secretHeaders).then((secret) => {
      Object.assign(headers, secret);
      isComplete = true;
      return tokenNow(token, validForMs);
    });
  };
}
