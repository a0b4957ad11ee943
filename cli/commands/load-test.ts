import type { Command } from 'commander';
import { endWithScenario } from '../scenario/command.ts';
import { warnOfToken, type Variables } from '../scenario/variables.ts';

interface Options {
  iterations?: string;
  concurrency?: string;
  endpoint?: string;
  baseUrl?: string;
  authToken?: string;
  disableObservability?: boolean;
}

/** The guide's load-test command: its options, its environment variables and its defaults, through k6. */
export function register(program: Command): void {
  program
    .command('load-test')
    .description('the load test of the guide; into a file or a pipe goes the text report alone')
    .option('--iterations <count>', 'requests to send, 1000 by default (ITERATIONS)')
    .option('--concurrency <users>', 'users that send them, 10 by default (CONCURRENCY)')
    .option('--endpoint <path>', 'path below the base URL (ENDPOINT)')
    .option('--base-url <url>', 'address of the target (BASE_URL)')
    .option(
      '--auth-token <token>',
      'bearer token; better AUTH_TOKEN in the environment: arguments are visible to other users of the machine',
    )
    .option('--disable-observability', 'switch all of observability off for this run')
    .action(async (options: Options) => {
      if (options.authToken !== undefined) warnOfToken('--auth-token');
      await endWithScenario('load-test', await variablesOf(options));
    });
}

/** An option wins over the environment variable of the same meaning. */
async function variablesOf(options: Options): Promise<Variables> {
  const values = {
    ITERATIONS: options.iterations,
    CONCURRENCY: options.concurrency,
    ENDPOINT: options.endpoint,
    BASE_URL: options.baseUrl,
    AUTH_TOKEN: options.authToken,
  };
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const variables = Object.fromEntries(given);
  return options.disableObservability === true
    ? { ...variables, ...(await everythingOff(variables)) }
    : variables;
}

/** The main setting off; every one where there is no main one. */
async function everythingOff(given: Variables): Promise<Variables> {
  const { configured } = await import('../overhead/configured.ts');
  const { loadConfig } = await import('../../lib/config/config.ts');
  const { settings } = configured(() => loadConfig('load-test', { ...process.env, ...given }));
  const { main, values } = settings;
  const names = main === null ? Object.keys(values) : [main];
  return Object.fromEntries(names.map((name) => [name, String(values[name]?.off)]));
}
