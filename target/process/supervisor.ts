// Starts the target's processes, wires them together, and ends all of them together.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { untilDone } from '../until-done.ts';
import { withoutForeignSettings } from '../settings.ts';
import type { BackendInfo, FromChild, ServicesInfo, SinksInfo, ToChild } from './messages.ts';

export interface RunningTarget extends BackendInfo, SinksInfo {
  readonly databaseUrl: string;
  readonly pids: { readonly backend: number; readonly sinks: number; readonly services: number };
  /** Resolves with a line when the backend or the services end by themselves. */
  readonly broken: Promise<string>;
  /** Stops the backend first, so that it can empty its queues; the rest follows. */
  stop(): Promise<void>;
}

/** A process that has not stopped by then is killed, milliseconds. */
const stopLimitMs = 20_000;
/** So is a program that a killed process has left behind. */
const leftLimitMs = 5_000;

type Name = 'backend' | 'sinks' | 'services';

/**
 * Starts everything with the settings in `env`; throws an Error of one line, and leaves nothing behind.
 * @param ended resolves when the target shall end, also while it starts
 */
export async function startProcesses(env: NodeJS.ProcessEnv, ended: Promise<void>): Promise<RunningTarget> {
  assertInstalled();
  const services = new Child('services', env);
  const sinks = new Child('sinks', env);
  const backend = new Child('backend', env);
  const stop = async (): Promise<void> => {
    await backend.stop();
    await Promise.all([sinks.stop(), services.stop()]);
  };
  const told = ended.then(() => Promise.reject(new Error('told to end while starting')));
  // Once everything has started, nobody waits for it here.
  told.catch(() => undefined);
  try {
    const [{ databaseUrl, redisUrl }, { sinksUrl }] = await Promise.race([
      told,
      Promise.all([services.ready<ServicesInfo>(), sinks.ready<SinksInfo>()]),
      backend.ready().then(() => Promise.reject(new Error('the backend did not wait for its addresses'))),
    ]);
    backend.send({ kind: 'start', addresses: { databaseUrl, redisUrl, sinksUrl } });
    return {
      ...(await Promise.race([told, backend.ready<BackendInfo>()])),
      sinksUrl,
      databaseUrl,
      pids: { backend: backend.pid, sinks: sinks.pid, services: services.pid },
      broken: Promise.race([backend.broken, services.broken]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The target is a workspace of its own: who only wants the bundles may have left it out. */
function assertInstalled(): void {
  try {
    createRequire(import.meta.url).resolve('fastify');
  } catch (error) {
    throw new Error("the target's packages are not installed: run `npm ci`", { cause: error });
  }
}

class Child {
  readonly #name: Name;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #ready: Promise<Extract<FromChild, { kind: 'ready' }>['info']>;
  /** Programs that the child has started, which outlive it where it is killed, and the folder of their data. */
  readonly #owned = new Set<number>();
  #folder: string | undefined;
  /** What the child says when it cannot go on. */
  #failure: string | undefined;
  #isStopping = false;

  /** `detached` keeps a terminal's Ctrl+C away: the supervisor alone decides who stops when. */
  constructor(name: Name, env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#process = fork(new URL(`../${name}/main.ts`, import.meta.url), {
      env: withoutForeignSettings(env),
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // The channel closes once the last message has been read.
    this.#exited = Promise.all([once(this.#process, 'exit'), once(this.#process, 'disconnect')]).then(() =>
      this.#clearUp(),
    );
    this.#ready = new Promise((resolve, reject) => {
      this.#process.on('message', (message: FromChild) => {
        switch (message.kind) {
          case 'ready':
            resolve(message.info);
            break;
          case 'failed':
            this.#failure = message.line;
            reject(new Error(message.line));
            break;
          case 'owns':
            this.#owned.add(message.pid);
            break;
          case 'ended':
            this.#owned.delete(message.pid);
            break;
          case 'ownsFolder':
            this.#folder = message.path;
            break;
        }
      });
      void this.#exited.then(() => {
        reject(new Error(`the ${name} process ended before it was ready`));
      });
    });
    // Whoever needs it awaits it; a failure of another process may come first.
    this.#ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves with a line when the process ends without having been told to. */
  get broken(): Promise<string> {
    return new Promise((resolve) => {
      void this.#exited.then(() => {
        if (!this.#isStopping) resolve(this.#failure ?? `the ${this.#name} process ended by itself`);
      });
    });
  }

  /** What the child says when it is ready: its kind is known by its name. */
  ready<Info>(): Promise<Info> {
    return this.#ready as Promise<Info>;
  }

  send(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.send({ kind: 'stop' });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), stopLimitMs);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Ends and removes what a killed process has left behind; after a clean stop there is nothing. */
  async #clearUp(): Promise<void> {
    const pids = [...this.#owned];
    for (const pid of pids) signal(pid, 'SIGINT');
    if (!(await untilDone(() => !pids.some((pid) => signal(pid, 0)), leftLimitMs)))
      for (const pid of pids) signal(pid, 'SIGKILL');
    if (this.#folder !== undefined)
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

/** Sends a signal, 0 to look only; false where there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
