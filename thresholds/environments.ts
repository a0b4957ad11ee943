/** Every environment by the name that TEST_ENV gives it. A new one: a file beside this, and a line here. */
import { ci } from './ci.ts';
import { local } from './local.ts';
import { production } from './production.ts';
import { staging } from './staging.ts';
import type { Environment, EnvironmentName } from './types.ts';

export const environments: Readonly<Record<EnvironmentName, Environment>> = {
  local,
  ci,
  staging,
  production,
};
