/** The bearer token of requests, wherever it comes from. No message holds a token or a secret. */
import type { Auth, Json, Milliseconds, Secret } from '../../thresholds/types.ts';
import { redactedAddress } from '../format/redacted.ts';
import type { Send } from './send.ts';
import { describeAnswer } from './target-problem.ts';

/** Gives the token to use now, one that lives for `validForMs` more; a promise only where it has to be asked for. */
export type TokenSource = (validForMs?: Milliseconds) => string | undefined | Promise<string | undefined>;

export interface TokenParts {
  readonly auth: Auth;
  readonly baseUrl: string;
  readonly timeoutMs: Milliseconds;
  readonly send: Send;
  readonly secret: (from: Secret) => string | Promise<string>;
  readonly base64: (ascii: string) => string;
}

/**
 * The part of a token's life in which it is renewed, at a moment of its own for each user: the last fifth, without its
 * end, so that a request under way still arrives with a valid one.
 */
const RENEWAL_FROM = 0.8;
const RENEWAL_TO = 0.95;

/** A token of a secret source, or by OAuth 2; those of files and variables are read at init. */
export function tokenSource(parts: TokenParts): TokenSource {
  const { auth } = parts;
  if (auth.type === 'oauth2') return renewed(parts, auth);
  if (auth.type === 'token') return kept(() => parts.secret(auth.token));
  return () => undefined;
}

/** @throws Error where a header cannot carry it; with it, a library's message would show it */
function checked(token: string, name: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error(`${name} is empty or holds characters that a header cannot carry; expected visible ASCII`);
}

/** Asked for once. */
function kept(ask: () => string | Promise<string>): () => string | Promise<string> {
  let value: string | undefined;
  const keep = (text: string) => (value = checked(text.trim(), 'the token'));
  return () => {
    if (value !== undefined) return value;
    const asked = ask();
    return typeof asked === 'string' ? keep(asked) : asked.then(keep);
  };
}

/** Client credentials (RFC 6749, section 4.4), renewed at a random moment late in a token's life. */
function renewed(parts: TokenParts, auth: Auth & { type: 'oauth2' }): TokenSource {
  let token = '';
  let renewAt = 0;
  let pending: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    const password = await parts.secret(auth.clientSecret);
    // The life begins where the server makes the token, which is after this moment.
    const askedAt = Date.now();
    const { accessToken, lifeSeconds } = await requestToken(parts, auth, password.trim());
    token = accessToken;
    const share = RENEWAL_FROM + (RENEWAL_TO - RENEWAL_FROM) * Math.random();
    renewAt = askedAt + lifeSeconds * 1_000 * share;
    return token;
  };
  return (validForMs = 0) => {
    if (Date.now() + validForMs < renewAt) return token;
    return (pending ??= renew().finally(() => (pending = undefined)));
  };
}

/**
 * One token call, tagged `kind:auth`, so that it stays out of every latency and gate.
 * @throws Error where no token came back
 */
async function requestToken(
  { baseUrl, timeoutMs, send, base64 }: TokenParts,
  { tokenUrl, clientId, scope }: Auth & { type: 'oauth2' },
  password: string,
): Promise<{ accessToken: string; lifeSeconds: number }> {
  const url = tokenUrl.startsWith('/') ? baseUrl + tokenUrl : tokenUrl;
  const answer = await send({
    method: 'POST',
    url,
    headers: {
      Authorization: `Basic ${base64(`${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: `grant_type=client_credentials${scope === undefined ? '' : `&scope=${encodeURIComponent(scope)}`}`,
    timeoutMs,
    tags: { kind: 'auth' },
    keepBody: true,
  });
  const { access_token: accessToken, expires_in: expiresIn } = fieldsOf(
    answer.status === 200 ? answer.body : '',
  );
  if (typeof accessToken !== 'string') {
    throw new Error(`no token from ${redactedAddress(url)}: it ${describeAnswer(answer)}`);
  }
  const seconds = Number(expiresIn);
  return {
    accessToken: checked(accessToken, `the token from ${redactedAddress(url)}`),
    lifeSeconds: seconds > 0 ? seconds : 3_600,
  };
}

function fieldsOf(body: string): Partial<Record<'access_token' | 'expires_in', Json>> {
  try {
    return (JSON.parse(body) as Record<string, Json> | null) ?? {};
  } catch {
    return {};
  }
}
