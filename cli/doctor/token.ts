/** The token that a run's requests would carry, had as the run has it. */
import { readFile } from 'node:fs/promises';
import type { Target } from '../../lib/config/config.ts';
import { secretVariable, type Env } from '../../lib/config/variables.ts';
import type { Auth } from '../../thresholds/types.ts';
import { messageOf } from '../errors.ts';
import { reasonOf } from './http.ts';
import { note, problem, type Finding } from './finding.ts';

/** A token, `null` where none is sent; or why there is none to try. */
export type Token = { token: string | null } | { finding: Finding };

export async function tokenFor(config: Target, env: Env): Promise<Token> {
  const { auth } = config;
  switch (auth.type) {
    case 'none':
      return { token: null };
    case 'token':
      if ('variable' in auth.token) return { token: secretVariable(env, auth.token.variable) ?? null };
      return { finding: atSecretSource(auth.token.secretSource) };
    case 'file':
      return fromFile(auth.path);
    case 'oauth2':
      if ('secretSource' in auth.clientSecret)
        return { finding: atSecretSource(auth.clientSecret.secretSource) };
      return fetchToken(config, auth, secretVariable(env, auth.clientSecret.variable) ?? '');
  }
}

function atSecretSource(key: string): Finding {
  return note('token', `k6 asks its secret source for ${key}; that cannot be tried without k6`);
}

async function fromFile(path: string): Promise<Token> {
  try {
    const tokens = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());
    const [first] = tokens.filter((token) => token !== '');
    if (first !== undefined) return { token: first };
    return { finding: problem('token', `${path} holds no token`, 'write one token a line into it') };
  } catch (error) {
    return { finding: problem('token', messageOf(error), 'name a file with one token a line by auth.path') };
  }
}

/** Client credentials (RFC 6749, section 4.4). */
async function fetchToken(
  { baseUrl, api }: Target,
  { tokenUrl, clientId, scope }: Auth & { type: 'oauth2' },
  password: string,
): Promise<Token> {
  const url = tokenUrl.startsWith('/') ? baseUrl + tokenUrl : tokenUrl;
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`);
  const form = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
  const remedy = 'check auth.tokenUrl, auth.clientId and the client secret';
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Basic ${basic.toString('base64')}` },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(api.timeoutMs),
    });
    const body = answer.ok ? ((await answer.json()) as { access_token?: unknown } | null) : null;
    if (typeof body?.access_token === 'string' && body.access_token !== '')
      return { token: body.access_token };
    return { finding: problem('token', `no token from ${url}: it answered ${answer.status}`, remedy) };
  } catch (error) {
    return { finding: problem('token', `no token from ${url}: ${reasonOf(error)}`, remedy) };
  }
}
