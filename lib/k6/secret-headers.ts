/** Headers whose values are secrets, from variables and k6's secret sources. */
import secrets from 'k6/secrets';
import type { Secret } from '../../thresholds/types.ts';

export async function readSecretHeaders(
  byName: Readonly<Record<string, Secret>>,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, secret] of Object.entries(byName)) {
    headers[name] = await readSecret(secret, `of the header ${name}`);
  }
  return headers;
}

/** @throws Error where a header cannot carry the value; the message does not show it */
export async function readSecret(secret: Secret, what: string): Promise<string> {
  const value =
    'variable' in secret ? (__ENV[secret.variable] ?? '') : await secrets.get(secret.secretSource);
  if (/^[\x20-\x7e]+$/.test(value.trim())) return value.trim();
  throw new Error(
    `the secret ${what} is empty or holds characters that a header cannot carry; expected visible ASCII`,
  );
}
