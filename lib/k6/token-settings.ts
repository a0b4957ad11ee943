import type { Auth, Secret } from '../../thresholds/types.ts';

/** What is needed to have a token. */
export interface TokenSettings {
  auth: Auth;
  baseUrl: string;
  timeoutMs: number;
  /** Headers of each request; those of secret sources are added to them with the first token. */
  headers?: Record<string, string>;
  secretHeaders?: Readonly<Record<string, Secret>>;
}
