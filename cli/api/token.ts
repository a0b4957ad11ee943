/** The token that a run's requests would carry, had as the run has it. */
import { readFile } from 'node:fs/promises';
import type { Send } from '../../lib/api/send.ts';
import { tokenSource, type TokenSource } from '../../lib/api/token.ts';
import { tokensOf } from '../../lib/api/token-file.ts';
import type { Target } from '../../lib/config/config.ts';
import { secretVariable, type Env } from '../../lib/config/variables.ts';
import type { Auth } from '../../thresholds/types.ts';

/** The key of k6's secret source that a token hangs on: only k6 can ask for it. `null`: none. */
export function secretSourceOf(auth: Auth): string | null {
  const secret = auth.type === 'token' ? auth.token : auth.type === 'oauth2' ? auth.clientSecret : undefined;
  return secret !== undefined && 'secretSource' in secret ? secret.secretSource : null;
}

/** Gives none where only k6 can have it. Rejects with one line where there is none. */
export function tokenFor({ auth, baseUrl, api }: Target, env: Env, send: Send): TokenSource {
  if (secretSourceOf(auth) !== null) return () => undefined;
  if (auth.type === 'file') return async () => tokensOf(await readFile(auth.path, 'utf8'), auth.path)[0];
  return tokenSource({
    auth,
    baseUrl,
    timeoutMs: api.timeoutMs,
    send,
    secret: (from) => ('variable' in from ? (secretVariable(env, from.variable) ?? '') : ''),
    base64: (ascii) => Buffer.from(ascii).toString('base64'),
  });
}
