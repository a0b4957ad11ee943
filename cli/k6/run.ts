import { certificateFile } from '../api/connections.ts';
import { CliError, messageOf } from '../errors.ts';
import { runChild, type ChildOptions } from '../process/child.ts';
import { provideK6 } from './provide.ts';

/** The feature of k6 that keeps a script's tags beside others. */
export const MERGE_TAGS = 'merge-run-tags';

export interface RunK6Options extends ChildOptions {
  /** The path of a k6 from an earlier `provideK6`; provided now by default. */
  k6?: string;
}

/**
 * Tags that are given to k6 replace those that a script sets, by which dashboards and alerts know its run, unless k6 is told
 * to merge them.
 */
function mergedTags(
  args: readonly string[],
  { K6_TAGS = '', K6_FEATURES = '' }: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  if (K6_TAGS === '' && !args.some((arg) => /^--tag(=|$)/.test(arg))) return {};
  return { K6_FEATURES: K6_FEATURES === '' ? MERGE_TAGS : `${K6_FEATURES},${MERGE_TAGS}` };
}

/** The certificates that Node.js was told to trust: k6 reads their file under another name. */
function trust(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const file = certificateFile(env);
  return file === undefined ? {} : { SSL_CERT_FILE: file };
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
  const env = { ...process.env, ...options.env };
  try {
    return await runChild(path, args, {
      ...options,
      env: { ...options.env, ...mergedTags(args, env), ...trust(env) },
    });
  } catch (error) {
    throw new CliError(
      `${path} cannot be started (${messageOf(error)}); if it lies in .cache/k6/, copied from another machine, delete it`,
    );
  }
}
