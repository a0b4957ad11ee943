// Who may call: fixed tokens, and tokens of the OAuth 2 client-credentials grant (RFC 6749, section 4.4).
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Settings } from '../settings.ts';

interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope?: string;
}

export class Tokens {
  readonly #fixed: ReadonlySet<string>;
  readonly #client: Settings['oauth'];
  /** Token → end of its life, milliseconds since 1970, in the order of issue. */
  readonly #issued = new Map<string, number>();

  constructor(fixed: readonly string[], client: Settings['oauth']) {
    this.#fixed = new Set(fixed);
    this.#client = client;
  }

  /** Whether an Authorization header carries a valid token. */
  accepts(authorization = ''): boolean {
    const [, token] = /^Bearer (.*)$/.exec(authorization) ?? [];
    if (token === undefined) return false;
    return this.#fixed.has(token) || (this.#issued.get(token) ?? 0) > Date.now();
  }

  isClient(id: string, secret: string): boolean {
    return equal(id, this.#client.clientId) && equal(secret, this.#client.clientSecret);
  }

  issue(scope: string | undefined): IssuedToken {
    this.#forgetExpired();
    const token = randomBytes(24).toString('base64url');
    this.#issued.set(token, Date.now() + this.#client.ttlS * 1_000);
    const grant = { access_token: token, token_type: 'Bearer', expires_in: this.#client.ttlS } as const;
    return scope === undefined ? grant : { ...grant, scope };
  }

  #forgetExpired(): void {
    for (const [token, end] of this.#issued) {
      if (end > Date.now()) return;
      this.#issued.delete(token);
    }
  }
}

/** Compares without telling by its duration how much was right. */
function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
