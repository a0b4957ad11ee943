/** What is asked for → the runs that k6-operator is to start. */
import { isFile } from '../../lib/api/payloads.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { findEnvironment, loadConfig, type LoadConfig } from '../../lib/config/config.ts';
import { api as defaultApi } from '../../thresholds/api.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { Auth, Environment, ScenarioName, Secret } from '../../thresholds/types.ts';
import { CliError, UsageError } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import type { Variables } from '../scenario/variables.ts';
import type { Run } from './test-run.ts';

export interface Asked {
  scenario: string;
  name: string;
  parallelism: number;
  variables: Variables;
  /** A load beside an experiment; `null`: none. */
  background: Background | null;
}

export interface Background {
  scenario: string;
  /** Requests per second. */
  perSecond: number;
  minutes: number;
}

/** How long a background load takes to its rate. */
const RAMP_SECONDS = 30;

/** Names of the job of a run and of its pods must fit into a label of Kubernetes. */
const LONGEST_NAME = 50;

/**
 * The run, and before it the load in its background.
 * @throws UsageError where the command line asks for what cannot be
 * @throws CliError with exit code 107 where a setting is wrong
 */
export function runsOf(asked: Asked): Run[] {
  const { scenario, name, parallelism, variables, background } = asked;
  checkName(name);
  if ('AUTH_TOKEN' in variables) {
    throw new UsageError('a token does not belong into a manifest: put it into the Secret');
  }
  const target = targetOf(variables);
  if (background === null) {
    if (isLoad(scenario)) checkLoad({ scenario, parallelism, variables, ...target });
    else if (parallelism > 1) {
      throw new UsageError(
        `${scenario} is one generator's experiment, not one of ${parallelism}; --background loads beside it`,
      );
    }
    return [{ name, scenario, parallelism, variables, ...target }];
  }
  if (isLoad(scenario))
    throw new UsageError(`--background is for an experiment such as overhead, not for ${scenario}`);
  if (!isLoad(background.scenario)) {
    throw new UsageError(
      `--background '${background.scenario}'; there are ${Object.keys(scenarios).join(', ')}`,
    );
  }
  const { perSecond, minutes } = background;
  const beside: Run = {
    name: `${name}-load`,
    scenario: background.scenario,
    parallelism,
    variables: {
      ...onlyOf(variables, ['TEST_ENV', 'CONFIRM', 'BASE_URL', 'ENDPOINT', 'PAYLOAD']),
      RATE: `${RAMP_SECONDS}s:${perSecond},${minutes}m:${perSecond}`,
      // The experiment watches the target.
      MONITOR: 'off',
    },
    ...target,
  };
  checkLoad(beside);
  const by = parallelism > 1 ? `${parallelism} generators` : 'one generator';
  const said = { BACKGROUND: `${background.scenario} at ${perSecond}/s by ${by}`, ...variables };
  return [beside, { name, scenario, parallelism: 1, variables: said, ...target }];
}

function isLoad(scenario: string): scenario is ScenarioName {
  return Object.hasOwn(scenarios, scenario);
}

function checkName(name: string): void {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= LONGEST_NAME) return;
  throw new UsageError(
    `--name '${name}': give small letters, digits and dashes, ${LONGEST_NAME} at most, a letter first`,
  );
}

/** What a generator would refuse at its start is refused here, before anything is in the cluster. */
function checkLoad({ scenario, parallelism, variables, secrets }: Omit<Run, 'name'>): LoadConfig {
  const placeholders = Object.fromEntries(secrets.map((secret) => [secret, 'secret']));
  const part = parallelism > 1 ? { PART: `1/${parallelism}` } : {};
  const config = configured(() =>
    loadConfig(scenario as ScenarioName, { ...variables, ...placeholders, ...part }),
  );
  if (isFile(config.api.payload)) {
    throw new CliError(
      `payload ${config.api.payload}: a pod has no such file; allowed: mix, test`,
      EXIT_CODES['wrong setting'],
    );
  }
  return config;
}

/** The environment that is loaded, and the variables that it takes its secrets from. */
function targetOf(variables: Variables): Pick<Run, 'environment' | 'secrets'> {
  const { name, environment } = configured(() => findEnvironment(variables));
  return { environment: name, secrets: variablesBehind(environment, `thresholds/${name}.ts`) };
}

function variablesBehind({ auth, api }: Environment, file: string): string[] {
  const of = (secret: Secret, place: string) => {
    if ('variable' in secret) return [secret.variable];
    throw new CliError(
      `${file} ${place}: a k6 secret source is not in a pod; allowed: { variable: 'AUTH_TOKEN' }`,
      EXIT_CODES['wrong setting'],
    );
  };
  const byType: { [T in Auth['type']]: (auth: Extract<Auth, { type: T }>) => string[] } = {
    none: () => [],
    token: ({ token }) => of(token, 'auth.token'),
    oauth2: ({ clientSecret }) => of(clientSecret, 'auth.clientSecret'),
    file: ({ path }) => {
      throw new CliError(
        `${file} auth.path: a pod has no ${path}; allowed: a token, or client credentials`,
        EXIT_CODES['wrong setting'],
      );
    },
  };
  const ofHeaders = Object.entries({ ...defaultApi.headers, ...api?.headers }).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : of(value, `api.headers.${name}`),
  );
  return [...(byType[auth.type] as (auth: Auth) => string[])(auth), ...ofHeaders];
}

function onlyOf(variables: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)));
}
