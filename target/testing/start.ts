// Starts the whole target as a program of its own, for tests and benches.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

interface StartOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Settings, beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps what the target says on standard error to itself. */
  readonly quiet?: boolean;
}

export interface Target {
  readonly baseUrl: string;
  readonly sinksUrl: string;
  readonly databaseUrl: string;
  /** 'redis' or 'in process'. */
  readonly cache: string;
  /** Host and port of the backend's inspector; undefined where it has none. */
  readonly inspector: string | undefined;
  readonly token: string;
  /** Of the program that was started; it holds the other processes. */
  readonly pid: number;
  readonly pids: {
    readonly main: number;
    readonly backend: number;
    readonly sinks: number;
    readonly services: number;
  };
  /** Ends it as Ctrl+C does; resolves when all of it has ended. */
  stop(): Promise<void>;
  /** Sends a signal to the program and waits for nothing. */
  kill(signal: NodeJS.Signals): void;
}

/** Resolves when the target is ready; throws its one line when it cannot start. */
export async function startTarget(options: StartOptions = {}): Promise<Target> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  // `import.meta.resolve` and not 'tsx': the program must start from any folder.
  const args = ['--import', import.meta.resolve('tsx'), main, '--json', '--port', String(options.port ?? 0)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
    if (options.quiet !== true) process.stderr.write(chunk);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) {
    await exited;
    throw new Error(complaint.trim());
  }
  const line = JSON.parse(first.value) as Omit<Target, 'pid' | 'stop' | 'kill'>;
  return {
    ...line,
    pid: line.pids.main,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
    },
    kill: (signal) => child.kill(signal),
  };
}
