/** The target as the command line asks it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../lib/api/client.ts';
import type { CommandRequest } from '../../lib/api/commands.ts';
import { isFile, payloads, type Payloads } from '../../lib/api/payloads.ts';
import type { Target } from '../../lib/config/config.ts';
import { flagsOfArm } from '../../lib/config/settings.ts';
import { headerVariable, type Env } from '../../lib/config/variables.ts';
import type { Milliseconds, Secret } from '../../thresholds/types.ts';
import { runCommand } from '../switching/run-command.ts';
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
    runCommand: (request) => runCommandOn(config, request, env, signal),
  });
}

/** A client that asks with the first body of the run. @throws ConfigError where there is none */
export async function clientOfRun(config: Target, env: Env, signal?: AbortSignal): Promise<Client> {
  const { bodies } = await payloadsOf(config.api);
  return clientFor(config, bodies[0] ?? '', env, signal);
}

/** The first of two deployments that does not have the settings of its arm; `null`: each has them, or does not say. */
export async function wrongDeployment(
  target: Target,
  env: Env,
): Promise<{ arm: string; message: string } | null> {
  const { switching, settings } = target;
  if (switching?.by !== 'deployments') return null;
  for (const [arm, baseUrl] of Object.entries(switching.urls)) {
    const client = await clientOfRun({ ...target, baseUrl }, env);
    const wrong = await client.wrongFlags(flagsOfArm(settings, arm, 'switching.urls'));
    if (wrong !== null) return { arm, message: `${baseUrl}: ${wrong.message}` };
  }
  return null;
}

/**
 * Runs the command of a request, and waits until what it has changed answers again.
 * @throws TargetProblem where it does not; the signal's reason where it is aborted
 */
export function runCommandOn(
  config: Target,
  request: CommandRequest,
  env: Env,
  signal?: AbortSignal,
): Promise<void> {
  const waitUntilUp = (baseUrl: string, timeoutMs: Milliseconds) =>
    clientFor({ ...config, baseUrl }, '', env, signal).waitUntilUp(timeoutMs);
  return runCommand(config, request, env, waitUntilUp, signal);
}

function secretOf(secret: Secret, env: Env): Promise<string> {
  if ('variable' in secret) return Promise.resolve(headerVariable(env, secret.variable) ?? '');
  return Promise.reject(new Error(`only k6 knows the secret source that holds ${secret.secretSource}`));
}

/** But for those that only k6's secret sources know. */
function secretHeaders({ api }: Target, env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(api.secretHeaders).flatMap(([name, secret]) =>
      'variable' in secret ? [[name, headerVariable(env, secret.variable) ?? '']] : [],
    ),
  );
}

/** The bodies of a run. @throws ConfigError where they cannot be had */
export async function payloadsOf(api: Target['api']): Promise<Payloads> {
  const { payload } = api;
  return payloads(api, isFile(payload) ? await readFile(payload, 'utf8') : null);
}
