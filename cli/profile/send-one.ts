/** One request of the API, as a run sends it, with headers beside its own. */
import { readFile } from 'node:fs/promises';
import type { Target } from '../../lib/config/config.ts';
import type { Env } from '../../lib/config/variables.ts';
import { payloads } from '../../lib/api/payloads.ts';
import { reasonOf } from '../doctor/http.ts';
import { headersOf } from '../doctor/target.ts';
import { tokenFor } from '../doctor/token.ts';

export type Send = (headers: Record<string, string>) => Promise<void>;

/**
 * What the answer says does not matter, only where it comes from. A token that only k6 can have is left out: a request
 * that is refused arrives as well.
 */
export async function senderOf(config: Target, env: Env): Promise<Send> {
  const { baseUrl, api } = config;
  const { bodies } = payloads(
    api.payload,
    api.payload.endsWith('.json') ? await readFile(api.payload, 'utf8') : null,
  );
  const own = headersOf(config, await tokenFor(config, env));
  return async (headers) => {
    try {
      const answer = await fetch(baseUrl + api.endpoint, {
        method: api.method,
        // A new connection each time: behind a balancer a kept one would ask the same instance again.
        headers: { ...own, ...headers, Connection: 'close' },
        signal: AbortSignal.timeout(api.timeoutMs),
        ...(api.method === 'GET' || bodies[0] === undefined ? {} : { body: bodies[0] }),
      });
      await answer.arrayBuffer();
    } catch (error) {
      throw new Error(`${api.method} ${api.endpoint}: ${reasonOf(error)}`, { cause: error });
    }
  };
}
