/** Around a k6 whose target is switched by commands: it can ask for them. */
import type { Target } from '../../lib/config/config.ts';
import { commandPlace } from '../../lib/config/switching.ts';
import type { Env } from '../../lib/config/variables.ts';
import type { Commands } from '../restore/keep-flags.ts';
import { serveCommands } from './command-server.ts';
import { runCommandOn } from '../api/client.ts';

/**
 * Runs k6 with what it needs to have commands run, where its target needs any.
 * @param target what the run switches; `null`: nothing
 * @param commands keeps which were run
 * @param run gets the variables for k6
 */
export async function withCommands<T>(
  target: Target | null,
  env: Env,
  commands: Pick<Commands, 'run'>,
  run: (variables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (target === null || commandPlace(target.switching) === null) return run({});
  const server = await serveCommands((request, signal) =>
    commands.run(request, () => runCommandOn(target, request, env, signal)),
  );
  try {
    return await run(server.env);
  } finally {
    await server.close();
  }
}
