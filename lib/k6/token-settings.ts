import type { Auth } from '../../thresholds/types.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  /** How many tokens are given: spread over the users, none asked for. */
  tokenCount: number;
  baseUrl: string;
  timeoutMs: number;
}
