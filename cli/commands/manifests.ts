import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Background } from '../manifests/runs.ts';
import { environmentOf, scenarioCommand, variablesOf, type ScenarioOptions } from '../scenario/command.ts';
import { say } from '../say.ts';

interface Options extends ScenarioOptions {
  parallelism: string;
  name?: string;
  out?: string;
  background?: string;
  backgroundRate?: string;
  backgroundMinutes: string;
}

/** `k6-overhead manifests heavy --env staging --parallelism 4`: a run by several load generators in Kubernetes. */
export function register(program: Command): void {
  scenarioCommand(program, 'manifests', 'write the manifests of a run by k6-operator; starts nothing')
    .argument('<scenario>', 'a file of scenarios/, such as heavy')
    .option('--parallelism <count>', 'load generators', '1')
    .option('--name <name>', 'of the run and its objects; scenario, environment and time by default')
    .option('--out <folder>', 'where they go; deploy/k6-operator/<name> by default')
    .option('--background <scenario>', 'the load generators load beside an experiment of one more')
    .option(
      '--background-rate <perSecond>',
      'requests per second of the background, of all generators together',
    )
    .option('--background-minutes <minutes>', 'how long, at most, the background loads', '30')
    .action(async (scenario: string, options: Options) => {
      // A pod has none of this shell's variables.
      const env = environmentOf(options);
      const variables = variablesOf({ ...options, env });
      const name = options.name ?? nameOf(scenario, env, new Date());
      const { writeManifests } = await import('../manifests/manifests.ts');
      const files = await writeManifests(
        {
          scenario,
          name,
          parallelism: count('--parallelism', options.parallelism, 1_000),
          variables,
          background: backgroundOf(options),
        },
        options.out ?? `deploy/k6-operator/${name}`,
      );
      say(...files);
    });
}

/** `heavy-staging-20261124t080215`: two runs never share an object. */
function nameOf(scenario: string, environment: string, at: Date): string {
  const utc = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
  return `${scenario}-${environment}-${utc}`;
}

function backgroundOf({ background, backgroundRate, backgroundMinutes }: Options): Background | null {
  if (background === undefined) {
    if (backgroundRate !== undefined) throw new UsageError('--background-rate is for --background');
    return null;
  }
  if (backgroundRate === undefined)
    throw new UsageError('--background needs a --background-rate, such as 200');
  return {
    scenario: background,
    perSecond: count('--background-rate', backgroundRate, 1_000_000),
    minutes: count('--background-minutes', backgroundMinutes, 1_440),
  };
}

function count(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`${option} '${text}': give a whole number from 1 to ${most}`);
}
