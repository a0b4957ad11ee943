/** What switches a target by a command: run here, because k6 can run none. */
import type { CommandRequest } from '../../lib/api/commands.ts';
import { TargetProblem } from '../../lib/api/target-problem.ts';
import { inWords } from '../../lib/api/flags.ts';
import type { Target } from '../../lib/config/config.ts';
import { secretsOf } from '../../lib/config/switching.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { Milliseconds, Secret } from '../../thresholds/types.ts';
import { runShellCommand, ShellCommandError } from '../process/shell-command.ts';

interface Command {
  /** Where it stands in the environment's file. */
  readonly setting: string;
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: Milliseconds;
  /** The deployments that it changes, and how long they may take to answer after it. */
  readonly baseUrls: readonly string[];
  readonly readyTimeoutMs: Milliseconds;
}

/**
 * Runs the command of a request to its end, and waits until what it has changed answers again.
 * @param env says what the target is asked with
 * @throws TargetProblem where it fails, hangs, or leaves a target that does not answer; the signal's reason where it is aborted
 */
export async function runCommand(
  target: Target,
  request: CommandRequest,
  env: Env,
  waitUntilUp: (baseUrl: string, timeoutMs: Milliseconds) => Promise<void>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { setting, line, timeoutMs, baseUrls, readyTimeoutMs, ...command } = commandOf(target, request);
  const options = { env: command.env, secrets: secretsIn(target, env) };
  await runShellCommand(line, timeoutMs, signal, options).catch((error: unknown) => {
    if (!(error instanceof ShellCommandError)) throw error;
    throw new TargetProblem(`${setting} ${error.message}`, { isFinal: true });
  });
  for (const baseUrl of baseUrls) await waitUntilUp(baseUrl, readyTimeoutMs);
}

/** @throws TargetProblem where there is none for it */
function commandOf(target: Target, request: CommandRequest): Command {
  const { switching, settings, baseUrl } = target;
  if ('crossed' in request) {
    if (switching?.by !== 'deployments' || switching.swap === undefined || !('command' in switching.swap))
      throw new TargetProblem('no command is configured that exchanges two deployments', { isFinal: true });
    const { swap, urls } = switching;
    return {
      setting: 'switching.swap.command',
      line: swap.command,
      env: { SETTINGS_CROSSED: String(request.crossed) },
      timeoutMs: swap.timeoutMs,
      baseUrls: Object.values(urls),
      readyTimeoutMs: swap.timeoutMs,
    };
  }
  if (switching?.by !== 'command')
    throw new TargetProblem('no command is configured that switches', { isFinal: true });
  const { run, timeoutMs, readyTimeoutMs } = switching;
  const words = inWords(request.settings, { ...switching, settings });
  const line = typeof run === 'string' ? run : run[request.arm];
  if (line === undefined)
    throw new TargetProblem(
      `switching.run has no command for the arm ${request.arm}; there are ${Object.keys(run).join(', ')}`,
      { isFinal: true },
    );
  return {
    setting: typeof run === 'string' ? 'switching.run' : `switching.run.${request.arm}`,
    line,
    env: {
      ...Object.fromEntries(words.map(([name, value]) => [name, String(value)])),
      SETTINGS_ARM: request.arm,
    },
    timeoutMs,
    baseUrls: [baseUrl],
    readyTimeoutMs,
  };
}

/** What the target is asked with: a command that prints its environment would show it. */
function secretsIn({ auth, api, switching }: Target, env: Env): string[] {
  const secrets: Secret[] = [
    ...(auth.type === 'token' ? [auth.token] : []),
    ...(auth.type === 'oauth2' ? [auth.clientSecret] : []),
    ...Object.values(api.secretHeaders),
    ...(switching === null ? [] : secretsOf(switching).map(({ secret }) => secret)),
  ];
  return secrets.flatMap((secret) => ('variable' in secret ? (env[secret.variable]?.trim() ?? []) : []));
}
