/** How a target is profiled: the command line, then the environment's file, then profile.ts. */
import * as v from 'valibot';
import { profile as defaults } from '../../thresholds/profile.ts';
import type { ProfileSettings } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { findEnvironment, type Sources } from './config.ts';
import type { Env } from './variables.ts';

const ADDRESS = 'host and port of an inspector, such as 127.0.0.1:9229';

const within = (least: number, most: number) =>
  v.pipe(
    v.number(),
    v.minValue(least, `a number from ${least} to ${most}`),
    v.maxValue(most, `a number from ${least} to ${most}`),
  );
const schema = v.object({
  inspector: v.pipe(
    v.string(),
    v.regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/, ADDRESS),
    v.check((address) => Number(address.slice(address.lastIndexOf(':') + 1)) <= 65_535, ADDRESS),
  ),
  seconds: within(1, 600),
  rampSeconds: within(0.1, 60),
  intervalUs: within(50, 100_000),
  timeoutMs: within(100, 60_000),
});

/**
 * @param address of the inspector, as the command line gives it; `undefined`: the environment's
 * @throws ConfigError one line that names the setting, its value and what is allowed
 */
export function profileSettings(
  env: Env,
  address: string | undefined,
  sources: Sources = {},
): ProfileSettings {
  const { name, environment } = findEnvironment(env, sources);
  const settings = {
    ...defaults,
    ...environment.profile,
    ...(address === undefined ? {} : { inspector: address }),
  };
  const result = v.safeParse(schema, settings, { abortEarly: true });
  if (result.success) return settings;
  const [issue] = result.issues;
  const at = v.getDotPath(issue) ?? '';
  const place =
    at === 'inspector' && address !== undefined ? '--profile' : `thresholds/${name}.ts profile.${at}`;
  throw new ConfigError(place, JSON.stringify(issue.input), issue.message);
}
