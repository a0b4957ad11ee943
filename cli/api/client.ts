/** The target as the command line asks it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../lib/api/client.ts';
import { isFile, payloads, type Payloads } from '../../lib/api/payloads.ts';
import type { Target } from '../../lib/config/config.ts';
import { secretVariable, type Env } from '../../lib/config/variables.ts';
import type { Secret } from '../../thresholds/types.ts';
import { sender } from './send.ts';
import { tokenFor } from './token.ts';

/** @param signal ends what is under way, which then rejects with its reason */
export function clientFor(config: Target, body: string, env: Env, signal?: AbortSignal): Client {
  const send = sender(env, signal);
  return new Client({
    config,
    // A new connection each time: behind a balancer a kept one would ask the same instance again.
    send: (request) => send({ ...request, headers: { ...request.headers, Connection: 'close' } }),
    token: tokenFor(config, env, send),
    secretHeaders: () => Promise.resolve(secretHeaders(config, env)),
    secret: (secret) => secretOf(secret, env),
    body,
    now: () => performance.now(),
    sleep: (ms) => wait(ms, undefined, { signal }),
    runCommand: async (request) => {
      const { runCommand } = await import('../switching/run-command.ts');
      await runCommand(config, request, env, signal);
    },
  });
}

function secretOf(secret: Secret, env: Env): Promise<string> {
  if ('variable' in secret) return Promise.resolve(secretVariable(env, secret.variable) ?? '');
  return Promise.reject(new Error(`only k6 knows the secret source that holds ${secret.secretSource}`));
}

/** But for those that only k6's secret sources know. */
function secretHeaders({ api }: Target, env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(api.secretHeaders).flatMap(([name, secret]) =>
      'variable' in secret ? [[name, secretVariable(env, secret.variable) ?? '']] : [],
    ),
  );
}

/** The bodies of a run. @throws ConfigError where they cannot be had */
export async function payloadsOf(api: Target['api']): Promise<Payloads> {
  const { payload } = api;
  return payloads(api, isFile(payload) ? await readFile(payload, 'utf8') : null);
}
