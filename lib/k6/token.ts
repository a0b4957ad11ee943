/**
 * The bearer token of a virtual user. Each has its own, had on first use: `setup` returns none, because k6 shows what
 * setup returns in its summary and its REST API.
 */
import encoding from 'k6/encoding';
import http from 'k6/http';
import secrets from 'k6/secrets';
import type { Auth, Secret } from '../../thresholds/types.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  baseUrl: string;
  timeoutMs: number;
}

/** Undefined where the API takes no token; a promise only where a secret source has to be asked. */
type Token = string | Promise<string> | undefined;

/** The last share of a token's life, in which it is renewed: at a moment of its own for each user. */
const RENEWAL_SHARE = 0.2;

/** A function that gives the token to use now. */
export function tokenOf(settings: TokenSettings, tokens: readonly string[]): () => Token {
  const { auth } = settings;
  switch (auth.type) {
    case 'none':
      return () => undefined;
    case 'token':
      return kept(() => secret(auth.token));
    case 'file':
      return () => tokens[(Math.max(__VU, 1) - 1) % tokens.length];
    case 'oauth2':
      return renewed(settings, auth);
  }
}

/** The first answer, kept. */
function kept(get: () => string | Promise<string>): () => string | Promise<string> {
  let value: string | undefined;
  return () => {
    if (value !== undefined) return value;
    const got = get();
    if (typeof got === 'string') return (value = got);
    return got.then((text) => (value = text));
  };
}

function secret(from: Secret): string | Promise<string> {
  if ('secretSource' in from) return secrets.get(from.secretSource);
  return (__ENV[from.variable] ?? '').trim();
}

/** Client credentials (RFC 6749, section 4.4), renewed at a random moment in the last fifth of a token's life. */
function renewed(settings: TokenSettings, auth: Auth & { type: 'oauth2' }): () => string | Promise<string> {
  const clientSecret = kept(() => secret(auth.clientSecret));
  let token = '';
  let renewAt = 0;
  const fetchToken = (password: string): string => {
    const { accessToken, lifeSeconds } = requestToken(settings, auth, password);
    token = accessToken;
    renewAt = Date.now() + lifeSeconds * 1_000 * (1 - RENEWAL_SHARE * Math.random());
    return token;
  };
  return () => {
    if (Date.now() < renewAt) return token;
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
  const answer = http.post(
    url,
    { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) },
    {
      headers: {
        Authorization: `Basic ${encoding.b64encode(`${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`)}`,
      },
      tags: { kind: 'auth' },
      timeout: timeoutMs,
      responseType: 'text',
      responseCallback: http.expectedStatuses(200),
    },
  );
  const body =
    answer.status === 200 ? (answer.json() as { access_token?: unknown; expires_in?: unknown } | null) : null;
  if (typeof body?.access_token !== 'string' || body.access_token === '') {
    throw new Error(`no token from ${url}: it answered ${answer.status}`);
  }
  const seconds = Number(body.expires_in);
  return { accessToken: body.access_token, lifeSeconds: seconds > 0 ? seconds : 3_600 };
}
