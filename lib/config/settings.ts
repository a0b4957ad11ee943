/** What the arms of a target differ in: its settings, and the values that they have in an arm. */
import type { FlagValues, Settings, SettingValue } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';

/** Settings with both values, `main` first, and all arms of their own with every value. */
export interface TargetSettings {
  readonly values: Readonly<Record<string, TwoValues>>;
  /** The one without which the others do nothing; `null`: there is none. */
  readonly main: string | null;
  readonly arms: Readonly<Record<string, FlagValues>>;
}

export interface TwoValues {
  readonly off: SettingValue;
  readonly on: SettingValue;
}

/** The settings of a file with both values each; what it may not say is checked elsewhere. */
export function withValues({ values, main }: Pick<Settings, 'values' | 'main'>): TargetSettings {
  const names = Object.keys(values).filter((name) => name !== main);
  const inOrder = main === undefined ? names : [main, ...names];
  return {
    values: Object.fromEntries(inOrder.map((name) => [name, { off: false, on: true, ...values[name] }])),
    main: main ?? null,
    arms: {},
  };
}

/** The settings whose shares are asked for: all but the main one, and those that only named arms change. */
export function featuresOf({ values, main }: TargetSettings): string[] {
  return Object.entries(values).flatMap(([name, { off, on }]) => (name === main || off === on ? [] : [name]));
}

/** All settings, of which some are on. */
export function flagsOn({ values }: TargetSettings, on: readonly string[]): FlagValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, on.includes(name) ? value.on : value.off]),
  );
}

/**
 * The settings of an arm by what it is called: `none`, `all`, an arm of the settings' own, or settings joined by `+`.
 * @param variable by which it was asked for
 * @throws ConfigError where there is no such arm
 */
export function flagsOfArm(settings: TargetSettings, arm: string, variable: string): FlagValues {
  const { values, main, arms } = settings;
  const own = Object.hasOwn(arms, arm) ? arms[arm] : undefined;
  if (own !== undefined) return own;
  if (arm === 'none') return flagsOn(settings, []);
  if (arm === 'all') return flagsOn(settings, Object.keys(values));
  const on = arm.split('+');
  if (on.every((name) => Object.hasOwn(values, name))) {
    return flagsOn(settings, main === null ? on : [main, ...on]);
  }
  const named = ['none', 'all', ...Object.keys(arms)].join(', ');
  throw new ConfigError(
    variable,
    `'${arm}'`,
    `allowed: ${named}, or settings joined by + of ${featuresOf(settings).join(', ')}`,
  );
}

/** What an arm with these settings is called: the other way round. */
export function armCalled(settings: TargetSettings, flags: FlagValues): string {
  const { values, main, arms } = settings;
  const names = Object.keys(values);
  const has = (asked: FlagValues) => names.every((name) => flags[name] === asked[name]);
  const own = Object.keys(arms).find((name) => has(arms[name] ?? {}));
  if (own !== undefined) return own;
  // Whatever the others say, and an older result does not say them all.
  if (main !== null && flags[main] === values[main]?.off) return 'none';
  if (has(flagsOn(settings, []))) return 'none';
  if (has(flagsOn(settings, names))) return 'all';
  const on = names.filter((name) => flags[name] === values[name]?.on);
  if (!has(flagsOn(settings, on))) return formatFlags(flags).replaceAll(' ', '');
  return (on.length === 1 ? on : on.filter((name) => name !== main)).join('+');
}

/** Whether everything is off, whatever the other settings say where the main one is. */
export function isEverythingOff({ values, main }: TargetSettings, flags: FlagValues): boolean {
  if (main !== null) return flags[main] === values[main]?.off;
  return Object.entries(values).every(([name, { off }]) => flags[name] === off);
}

/** Every value that a setting has in some arm. */
export function knownValues({ values, arms }: TargetSettings, name: string): SettingValue[] {
  const two = values[name];
  const third = Object.values(arms).flatMap((arm) => arm[name] ?? []);
  return two === undefined ? [] : [...new Set([two.off, two.on, ...third])];
}

/** `A=false, B=0.1`. */
export function formatFlags(flags: FlagValues): string {
  return Object.entries(flags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
