/**
 * Commands that load nothing, without a start of Node and of TypeScript for each: that takes longer than most of them. What
 * hangs on the process itself (its streams, signals, what k6 prints) starts cli/main.ts, as users do.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after } from 'node:test';

export interface CommandCall {
  readonly args: readonly string[];
  /** Beside what a program needs to start. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Of this process's environment only what a program needs to start, and what it is given. */
export function programEnv(cwd: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, PWD: cwd, ...env };
}

export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it took. */
  readonly ms: number;
}

/** Runs the commands of the project in `folder`, one after the other; ends after the test file. */
export function commandsOf(folder: string): (call: CommandCall) => Promise<CommandEnd> {
  let server: Promise<ChildProcess> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  after(async () => {
    (await server)?.kill();
  });
  return (call) => {
    const end = last.then(async () => ask(await (server ??= start(folder)), call));
    last = end.catch(() => undefined);
    return end;
  };
}

async function start(folder: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'command-server.ts'), [folder], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    // No terminal, as in CI.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await messageOf(child);
  return child;
}

async function ask(server: ChildProcess, call: CommandCall): Promise<CommandEnd> {
  server.send({ ...call, env: programEnv(call.cwd, call.env) });
  return (await messageOf(server)) as CommandEnd;
}

/** @throws Error where the process ends instead */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const end = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the command line ended its process with ${String(code)}`);
  });
  const message = once(child, 'message', { signal: ended.signal }).then(([said]) => said as unknown);
  try {
    return await Promise.race([message, end]);
  } finally {
    ended.abort();
    await Promise.allSettled([message, end]);
  }
}
