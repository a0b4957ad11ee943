/** The settings of an environment: those of its file, else of thresholds/settings.ts. */
import { settings as defaults } from '../../thresholds/settings.ts';
import type { Environment, FlagValues, Settings, Switching } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { checkedFile } from './checked-files.ts';
import { nearestName } from './nearest.ts';
import { flagsOfArm, flagsOn, knownValues, withValues, type TargetSettings } from './settings.ts';
import { proofsOf, usualFlags, writesOf } from './switching.ts';
import { VARIABLES, type Env } from './variables.ts';

/** So many besides `main`: sixteen arms still tell what each costs. */
const MOST_SETTINGS = 7;

const RESERVED: readonly string[] = ['TEST_ENV', 'AUTH_TOKEN', ...VARIABLES];

/**
 * The settings of an environment.
 * @throws ConfigError one line about what no experiment could switch
 */
export function settingsOf(environment: Pick<Environment, 'settings'>, file: string): TargetSettings {
  const place = environment.settings === undefined ? 'thresholds/settings.ts' : `${file} settings`;
  const given = environment.settings ?? checkedFile('settings', defaults, place);
  const settings = withValues(given);
  const arms = ownArms(given.arms ?? {}, settings, place);
  checkValues(given, { ...settings, arms }, place);
  return { ...settings, arms };
}

function checkValues({ values, main }: Settings, settings: TargetSettings, place: string): void {
  if (main !== undefined && !Object.hasOwn(values, main)) {
    throw new ConfigError(`${place} main`, `'${main}'`, `allowed: ${Object.keys(values).join(', ')}`);
  }
  const count = Object.keys(values).filter((name) => name !== main).length;
  if (count < 1 || count > MOST_SETTINGS) {
    throw new ConfigError(
      `${place} values`,
      `${count} settings${main === undefined ? '' : ` besides ${main}`}`,
      `expected 1 to ${MOST_SETTINGS}`,
    );
  }
  for (const [name, { off, on }] of Object.entries(settings.values)) {
    if (RESERVED.includes(name) || name.startsWith('K6_')) {
      throw new ConfigError(
        `${place} values.${name}`,
        'is the name of a variable of the suite, or of k6',
        'expected another, and in switching.names what the target calls it',
      );
    }
    if (off === on && knownValues(settings, name).length === 1) {
      throw new ConfigError(
        `${place} values.${name}`,
        `${JSON.stringify(on)} on as well as off: no arm would change it`,
        'expected two values',
      );
    }
  }
}

function ownArms(
  arms: Readonly<Record<string, FlagValues>>,
  settings: TargetSettings,
  place: string,
): Record<string, FlagValues> {
  return Object.fromEntries(
    Object.entries(arms).map(([name, own]) => {
      if (['none', 'all'].includes(name) || Object.hasOwn(settings.values, name)) {
        throw new ConfigError(
          `${place} arms.${name}`,
          'is the name of another arm',
          'expected one of its own, and not that of a setting, none or all',
        );
      }
      const unknown = Object.keys(own).find((setting) => !Object.hasOwn(settings.values, setting));
      if (unknown !== undefined) throw unknownSetting(`${place} arms.${name}`, unknown, settings);
      return [name, { ...flagsOn(settings, settings.main === null ? [] : [settings.main]), ...own }];
    }),
  );
}

function unknownSetting(place: string, name: string, { values }: TargetSettings): ConfigError {
  const names = Object.keys(values);
  const near = nearestName(name, names);
  return new ConfigError(
    place,
    `'${name}' is no setting`,
    near === undefined
      ? `allowed: ${names.join(', ')}`
      : `expected ${near}, or another of ${names.join(', ')}`,
  );
}

/** @throws ConfigError where `switching.names` names what is no setting, or calls two by one name */
export function checkNames(
  names: Readonly<Record<string, string>> | undefined,
  settings: TargetSettings,
  place: string,
): void {
  const unknown = Object.keys(names ?? {}).find((name) => !Object.hasOwn(settings.values, name));
  if (unknown !== undefined) throw unknownSetting(place, unknown, settings);
  const called = Object.keys(settings.values).map((name) => names?.[name] ?? name);
  const twice = called.find((name, i) => called.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ConfigError(place, `two settings are called '${twice}'`, 'expected a name for each');
  }
}

/**
 * Settings may stand in several places: each must be set by some call, and proven by something.
 * @throws ConfigError where one is not, or a call or proof names what is no setting
 */
export function checkSpokenOf(
  switching: Switching | undefined,
  settings: TargetSettings,
  place: string,
): void {
  if (switching === undefined) return;
  const names = Object.keys(settings.values);
  const calls: Record<string, readonly { settings?: string[] }[]> = {
    write: writesOf(switching),
    proof: proofsOf(switching).map((proof) => ('settings' in proof ? proof : {})),
  };
  for (const [what, all] of Object.entries(calls)) {
    const unknown = all.flatMap((one) => one.settings ?? []).find((name) => !names.includes(name));
    if (unknown !== undefined) throw unknownSetting(`${place}.${what} settings`, unknown, settings);
    const left = names.find((name) => !all.some((one) => one.settings?.includes(name) ?? true));
    if (all.length > 0 && left !== undefined) {
      const does = what === 'write' ? 'call sets' : 'proof speaks of';
      throw new ConfigError(`${place}.${what}`, `no ${does} ${left}`, 'expected one for each setting');
    }
  }
}

/** The names of the variables that set something in some environment. */
export function settingVariables(
  environments: Readonly<Record<string, Pick<Environment, 'settings'>>>,
): string[] {
  const own = Object.values(environments).flatMap(({ settings }) => Object.keys(settings?.values ?? {}));
  return [...new Set([...Object.keys(defaults.values), ...own])];
}

/** @throws ConfigError where an environment's file names an arm that there is not */
export function checkArms(
  { overhead, capacity, switching }: Pick<Environment, 'overhead' | 'capacity' | 'switching'>,
  settings: TargetSettings,
  file: string,
): void {
  usualFlags({ switching: switching ?? null, settings }, file);
  for (const [of, changes] of Object.entries({ overhead, capacity })) {
    for (const which of ['baseline', 'treatment'] as const) {
      const arm = changes?.[which];
      if (arm !== undefined) flagsOfArm(settings, arm, `${file} ${of}.${which}`);
    }
  }
}

/**
 * The settings that were given, by the variables of their names; `null` where none was.
 * @throws ConfigError for a value that the setting has in no arm
 */
export function askedFlags(env: Env, settings: TargetSettings): FlagValues | null {
  const asked = Object.keys(settings.values).flatMap((name) => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return [];
    const known = knownValues(settings, name);
    const value = known.find((one) => String(one) === text);
    if (value !== undefined) return [[name, value] as const];
    throw new ConfigError(name, `'${text}'`, `allowed: ${known.join(', ')}`);
  });
  return asked.length === 0 ? null : Object.fromEntries(asked);
}
