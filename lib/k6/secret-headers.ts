/** Headers whose values are secrets, from variables and k6's secret sources. */
import secrets from 'k6/secrets';
import type { Secret } from '../../thresholds/types.ts';

/** @throws Error where a header cannot carry a value; the message does not show it */
export async function readSecretHeaders(
  byName: Readonly<Record<string, Secret>>,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, secret] of Object.entries(byName)) {
    const value =
      'variable' in secret ? (__ENV[secret.variable] ?? '') : await secrets.get(secret.secretSource);
    if (!/^\s*[\x21-\x7e]+\s*$/.test(value)) {
      throw new Error(
        `the secret of the header ${name} is empty or holds characters that a header cannot carry; expected visible ASCII`,
      );
    }
    headers[name] = value.trim();
  }
  return headers;
}
