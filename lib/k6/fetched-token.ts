/** Tokens that have to be asked for: from a k6 secret source, or by OAuth 2 client credentials. */
import encoding from 'k6/encoding';
import http from 'k6/http';
import secrets from 'k6/secrets';
import type { Auth, Secret } from '../../thresholds/types.ts';
import type { TokenSettings } from './token.ts';
import type { FetchedToken } from './token-source.ts';

/**
 * The part of a token's life in which it is renewed, at a moment of its own for each user: the last fifth, without its
 * end, so that a request under way still arrives with a valid one.
 */
const RENEWAL_FROM = 0.8;
const RENEWAL_TO = 0.95;

/** A function that gives the token to use now, and asks for one where it has to. */
export function fetchedToken(settings: TokenSettings): FetchedToken {
  const { auth } = settings;
  if (auth.type === 'oauth2') return renewed(settings, auth);
  if (auth.type === 'token') return kept(auth.token);
  return () => undefined;
}

/** A secret, asked for once. */
function kept(from: Secret): () => string | Promise<string> {
  if ('variable' in from) return () => (__ENV[from.variable] ?? '').trim();
  let value: string | undefined;
  return () => value ?? secrets.get(from.secretSource).then((text) => (value = text.trim()));
}

/** Client credentials (RFC 6749, section 4.4), renewed at a random moment late in a token's life. */
function renewed(
  settings: TokenSettings,
  auth: Auth & { type: 'oauth2' },
): (validForMs?: number) => string | Promise<string> {
  const clientSecret = kept(auth.clientSecret);
  let token = '';
  let renewAt = 0;
  const fetchToken = (password: string): string => {
    // The life begins where the server makes the token, which is after this moment.
    const askedAt = Date.now();
    const { accessToken, lifeSeconds } = requestToken(settings, auth, password);
    token = accessToken;
    const share = RENEWAL_FROM + (RENEWAL_TO - RENEWAL_FROM) * Math.random();
    renewAt = askedAt + lifeSeconds * 1_000 * share;
    return token;
  };
  return (validForMs = 0) => {
    if (Date.now() + validForMs < renewAt) return token;
    const password = clientSecret();
    return typeof password === 'string' ? fetchToken(password) : password.then(fetchToken);
  };
}

/**
 * One token call, tagged `kind:auth`, so that it stays out of every latency and gate.
 * @throws Error where no token came back; never with the secret in its message
 */
function requestToken(
  { baseUrl, timeoutMs }: TokenSettings,
  { tokenUrl, clientId, scope }: Auth & { type: 'oauth2' },
  password: string,
): { accessToken: string; lifeSeconds: number } {
  const url = tokenUrl.startsWith('/') ? baseUrl + tokenUrl : tokenUrl;
  const form = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
  const basic = encoding.b64encode(`${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`);
  const answer = http.post(url, form, {
    headers: { Authorization: `Basic ${basic}` },
    tags: { kind: 'auth' },
    timeout: timeoutMs,
    redirects: 0,
    responseType: 'text',
    responseCallback: http.expectedStatuses(200),
  });
  const body =
    answer.status === 200 ? (answer.json() as { access_token?: unknown; expires_in?: unknown } | null) : null;
  if (typeof body?.access_token !== 'string' || body.access_token === '') {
    throw new Error(`no token from ${url}: it answered ${answer.status}`);
  }
  const seconds = Number(body.expires_in);
  return { accessToken: body.access_token, lifeSeconds: seconds > 0 ? seconds : 3_600 };
}
