/** How a target is profiled: the command line, then the environment's file, then profile.ts. */
import { profile as defaults } from '../../thresholds/profile.ts';
import type { ProfileSettings } from '../../thresholds/types.ts';
import { checkedFile } from './checked-files.ts';
import { findEnvironment, type Sources } from './config.ts';
import { baseUrl, checked, inspector } from './fields.ts';
import type { Env } from './variables.ts';

/**
 * @param address of the inspector or of pprof, as the command line gives it; `undefined`: the environment's
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function profileSettings(
  env: Env,
  address: string | undefined,
  sources: Sources = {},
): ProfileSettings {
  const { environment } = findEnvironment(env, sources);
  const settings: ProfileSettings = {
    ...checkedFile('profile', defaults, 'thresholds/profile.ts'),
    ...environment.profile,
  };
  if (address === undefined) return settings;
  // An address alone, without a path, is an inspector written wrongly.
  if (/^https?:\/\/[^/]+\/./.test(address))
    return { ...settings, pprof: checked(baseUrl, address, '--profile') };
  delete settings.pprof;
  return { ...settings, inspector: checked(inspector, address, '--profile') };
}
