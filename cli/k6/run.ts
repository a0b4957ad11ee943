import { CliError, messageOf } from '../errors.ts';
import { runChild, type ChildOptions } from '../process/child.ts';
import { provideK6 } from './provide.ts';

export interface RunK6Options extends ChildOptions {
  /** The path of a k6 from an earlier `provideK6`; provided now by default. */
  k6?: string;
}

/**
 * Runs k6 to its end and gives its exit code as it is (128 + n if signal n ended it).
 *
 * Ctrl+C is passed on once, and k6 is waited for while it writes its summary; a second Ctrl+C ends it at once.
 *
 * @throws CliError if k6 cannot be had or cannot be started
 */
export async function runK6(args: readonly string[], { k6, ...options }: RunK6Options = {}): Promise<number> {
  const path = k6 ?? (await provideK6()).path;
  try {
    return await runChild(path, args, options);
  } catch (error) {
    throw new CliError(
      `${path} cannot be started (${messageOf(error)}); if it lies in .cache/k6/, copied from another machine, delete it`,
    );
  }
}
