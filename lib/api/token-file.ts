import { ConfigError } from '../config/config-error.ts';

const EXPECTED = 'expected one token per line';

/**
 * The tokens of a file, one per line.
 * @throws ConfigError that names the first one that no header can carry, and shows none
 */
export function tokensOf(text: string, path: string): string[] {
  const tokens = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (tokens.length === 0) throw new ConfigError('auth.path', `${path} holds no token`, EXPECTED);
  const wrong = tokens.findIndex((token) => /[^\x21-\x7e]/.test(token));
  if (wrong < 0) return tokens;
  const problem = `${path}: token ${wrong + 1} holds characters that a header cannot carry`;
  throw new ConfigError('auth.path', problem, EXPECTED);
}
