// A fixed window of one minute for each token, counted in the cache.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Backend } from './backend.ts';
import { Refusal } from './refusal.ts';

const windowS = 60;

/** Counts the request; throws a Refusal with 429 and Retry-After when its token has used up this minute. */
export async function enforceRateLimit(backend: Backend, request: FastifyRequest): Promise<void> {
  const { rateLimit } = backend.settings;
  if (rateLimit === undefined) return;
  const nowS = Date.now() / 1_000;
  const window = Math.floor(nowS / windowS);
  // A cache holds no tokens.
  const holder = createHash('sha256')
    .update(request.headers.authorization ?? '')
    .digest('base64url');
  const count = await backend.cache.increment(`rate:${holder}:${window}`, windowS);
  if (count <= rateLimit) return;
  const leftS = Math.ceil((window + 1) * windowS - nowS);
  throw new Refusal(429, `rate limit: ${rateLimit} requests a minute; try again in ${leftS} s`, leftS);
}
