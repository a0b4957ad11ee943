/** What the arms of an experiment differ in: feature flags, environment variables, a sampling ratio. */
import * as v from 'valibot';
import type { Right } from '../config-error.ts';
import { byName, object, optional, text, type Content, type Field } from '../fields.ts';

export const settingValue = v.union(
  [v.pipe(v.string(), v.regex(/^[^\r\n]+$/)), v.pipe(v.number(), v.finite()), v.boolean()],
  'expected a text of one line, a number, true or false',
) as Field<boolean | number | string>;
/** A value of a setting, as the target writes it. */
export type SettingValue = Content<typeof settingValue>;

/** It is the name of a variable, a tag of metrics, and part of an arm's name. */
export const settingName = text('expected a name of letters, digits, ., _ and -', /^[A-Za-z_][\w.-]{0,63}$/);

export const bySetting = <T>(item: Field<T>, right: Right) => byName(settingName, item, right);

const flagValues = bySetting(settingValue, 'expected values by setting');
/** Values of settings by the settings' names. */
export type FlagValues = Content<typeof flagValues>;

export const settings = object({
  /**
   * One to seven settings by name, `main` not counted. `{}` is false and true; `{ off: 'true', on: 'false' }` something
   * that the target writes the other way round. A name is that of the variable which sets it for a load scenario. One
   * whose two values are the same is changed by named arms alone, and no cost is attributed to it.
   */
  values: bySetting(
    object({ off: optional(settingValue), on: optional(settingValue) }),
    'expected settings by name, such as { TRACING: {} }',
  ),
  /** The setting without which the others do nothing: off in `none`, on in every other arm. */
  main: optional(settingName),
  /**
   * Arms by name, beside `none` and `all`: the values of settings in it, third ones too. What it leaves out is off, but for
   * `main`, which is on.
   */
  arms: optional(bySetting(flagValues, 'expected settings by the name of the arm')),
});
export interface Settings extends Content<typeof settings> {}
