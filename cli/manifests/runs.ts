/** What is asked for → the runs that k6-operator is to start. */
import { isFile } from '../../lib/api/payloads.ts';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import { findEnvironment } from '../../lib/config/config.ts';
import { commandPlace, secretsOf } from '../../lib/config/switching.ts';
import { api as defaultApi } from '../../thresholds/api.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import type { Auth, Environment, ScenarioName, Secret } from '../../thresholds/types.ts';
import { isCheckable, subjectOf } from '../doctor/subject.ts';
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

/** The longest name that k6-operator makes of a run's is that of its initializer's job, which must fit into a label. */
const LONGEST_NAME = 63 - '-initializer'.length;

/** What the name of a load in the background ends in. */
const BESIDE = '-load';

/**
 * The run, and before it the load in its background.
 * @throws UsageError where the command line asks for what cannot be
 * @throws CliError with exit code 107 where a setting is wrong
 */
export function runsOf(asked: Asked): Run[] {
  const { scenario, name, parallelism, variables, background } = asked;
  checkName(name, background === null ? LONGEST_NAME : LONGEST_NAME - BESIDE.length);
  if ('AUTH_TOKEN' in variables) {
    throw new UsageError('a token does not belong into a manifest: put it into the Secret');
  }
  if (background === null) {
    if (!isLoad(scenario) && parallelism > 1) {
      throw new UsageError(
        `${scenario} is one generator's experiment, not one of ${parallelism}; --background loads beside it`,
      );
    }
    return [checkedRun({ name, scenario, parallelism, variables })];
  }
  if (isLoad(scenario))
    throw new UsageError(`--background is for an experiment such as overhead, not for ${scenario}`);
  if (!isLoad(background.scenario)) {
    throw new UsageError(
      `--background '${background.scenario}'; there are ${Object.keys(scenarios).join(', ')}`,
    );
  }
  const { perSecond, minutes } = background;
  const beside = checkedRun({
    name: `${name}${BESIDE}`,
    scenario: background.scenario,
    parallelism,
    variables: {
      ...onlyOf(variables, ['TEST_ENV', 'CONFIRM', 'BASE_URL', 'ENDPOINT', 'PAYLOAD']),
      RATE: `${RAMP_SECONDS}s:${perSecond},${minutes}m:${perSecond}`,
      // The experiment watches the target.
      MONITOR: 'off',
    },
  });
  const by = parallelism > 1 ? `${parallelism} generators` : 'one generator';
  const said = { BACKGROUND: `${background.scenario} at ${perSecond}/s by ${by}`, ...variables };
  return [beside, checkedRun({ name, scenario, parallelism: 1, variables: said })];
}

function isLoad(scenario: string): scenario is ScenarioName {
  return Object.hasOwn(scenarios, scenario);
}

function checkName(name: string, longest: number): void {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= longest) return;
  throw new UsageError(
    `--name '${name}': give small letters, digits and dashes, ${longest} at most, a letter first`,
  );
}

/**
 * A run with its environment, and the variables that hold its secrets. What a generator would refuse at its start is refused
 * here, before anything is in the cluster.
 */
function checkedRun(run: Omit<Run, 'environment' | 'secrets'>): Run {
  const { scenario, parallelism, variables } = run;
  const { name, environment } = configured(() => findEnvironment(variables));
  const file = `thresholds/${name}.ts`;
  const secrets = variablesBehind(environment, file);
  const checked = { ...run, environment: name, secrets };
  // What is neither is for the build to name.
  if (!isCheckable(scenario)) return checked;
  const ofSwitching = environment.switching === undefined ? [] : secretsOf(environment.switching);
  const variablesOfSwitching = ofSwitching.flatMap(({ secret }) =>
    'variable' in secret ? [secret.variable] : [],
  );
  const env = {
    ...variables,
    ...Object.fromEntries([...secrets, ...variablesOfSwitching].map((variable) => [variable, 'secret'])),
    ...(parallelism > 1 ? { PART: `1/${parallelism}` } : {}),
  };
  const { target, flags, by } = configured(() => subjectOf(scenario, env));
  const { payload } = target.api;
  if (isFile(payload)) throw notInPod(`payload ${payload}: a pod has no such file; allowed: mix, test`);
  if (isLoad(scenario) && flags === null) return checked;
  const place = by === 'header' ? null : commandPlace(target.switching);
  if (place !== null)
    throw notInPod(
      `${file} ${place}: is a command, which only the command line runs; expected a call, or a run outside of the cluster`,
    );
  const more = ofSwitching.map(({ secret }) => variableOf(secret, `${file} switching`));
  return { ...checked, secrets: [...new Set([...secrets, ...more])] };
}

function notInPod(message: string): CliError {
  return new CliError(message, EXIT_CODES['wrong setting']);
}

function variableOf(secret: Secret, place: string): string {
  if ('variable' in secret) return secret.variable;
  throw notInPod(`${place}: a k6 secret source is not in a pod; allowed: { variable: 'AUTH_TOKEN' }`);
}

function variablesBehind({ auth, api }: Environment, file: string): string[] {
  const ofHeaders = Object.entries({ ...defaultApi.headers, ...api?.headers }).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [variableOf(value, `${file} api.headers.${name}`)],
  );
  return [...variablesOfToken(auth, file), ...ofHeaders];
}

function variablesOfToken(auth: Auth, file: string): string[] {
  switch (auth.type) {
    case 'none':
      return [];
    case 'token':
      return [variableOf(auth.token, `${file} auth.token`)];
    case 'oauth2':
      return [variableOf(auth.clientSecret, `${file} auth.clientSecret`)];
    case 'file':
      throw notInPod(`${file} auth.path: a pod has no ${auth.path}; allowed: a token, or client credentials`);
  }
}

function onlyOf(variables: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)));
}
