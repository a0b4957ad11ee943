/** Tokens that have to be asked for: from a k6 secret source, or by OAuth 2 client credentials. */
import encoding from 'k6/encoding';
import secrets from 'k6/secrets';
import { tokenSource, type TokenSource } from '../api/token.ts';
import { send } from './send.ts';
import type { TokenSettings } from './token-settings.ts';

export default function fetchedToken(settings: TokenSettings): TokenSource {
  return tokenSource({
    ...settings,
    send,
    secret: (from) => ('variable' in from ? (__ENV[from.variable] ?? '') : secrets.get(from.secretSource)),
    base64: (ascii) => encoding.b64encode(ascii),
  });
}
