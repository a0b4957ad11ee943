/** The load of one run: which of its shapes a scenario takes. */
import type { Duration, LoadProfile, PerSecond, Seconds, Shape, Stage } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import { variable, type Env } from './variables.ts';

/** The load of one run in the one shape it runs in. */
export type Load = { thinkTimeSeconds: Seconds } & (
  | { shape: 'stages'; stages: Stage[] }
  | { shape: 'iterations'; total: number; users: number; maxDuration: Duration }
  /** `steps` ramp from 0; `perSecond` is constant for `duration`. */
  | { shape: 'rate'; perSecond: PerSecond; duration: Duration; users: number }
  | { shape: 'rate'; steps: Stage[]; users: number }
);

/**
 * The one shape of this run. ITERATIONS implies `iterations`, STAGES implies `stages`, RATE implies `rate`; LOAD says
 * it outright.
 */
export function chooseLoad(env: Env, profile: LoadProfile): Load {
  const total = variable(env, 'ITERATIONS');
  const users = variable(env, 'CONCURRENCY');
  const stages = variable(env, 'STAGES');
  const rate = variable(env, 'RATE');
  const shape = chooseShape(profile.shape, {
    LOAD: variable(env, 'LOAD'),
    ITERATIONS: total === undefined ? undefined : 'iterations',
    STAGES: stages === undefined ? undefined : 'stages',
    RATE: rate === undefined ? undefined : 'rate',
  });
  if (users !== undefined && shape !== 'iterations') {
    throw new ConfigError(
      'CONCURRENCY',
      `'${users}' with a load of ${shape}`,
      'expected CONCURRENCY with ITERATIONS or LOAD=iterations',
    );
  }
  const thinkTimeSeconds =
    variable(env, 'THINK_TIME') ?? profile.thinkTimeSeconds ?? (shape === 'stages' ? 1 : 0);
  switch (shape) {
    case 'stages':
      return { shape, stages: stages ?? profile.stages, thinkTimeSeconds };
    case 'iterations':
      return {
        shape,
        total: total ?? profile.iterations.total,
        users: users ?? profile.iterations.users,
        maxDuration: profile.iterations.maxDuration,
        thinkTimeSeconds,
      };
    case 'rate': {
      if (Array.isArray(rate)) return { shape, steps: rate, users: profile.rate.users, thinkTimeSeconds };
      return { shape, ...profile.rate, ...(rate === undefined ? {} : { perSecond: rate }), thinkTimeSeconds };
    }
  }
}

function chooseShape(byProfile: Shape, byVariable: Readonly<Record<string, Shape | undefined>>): Shape {
  const given = Object.entries(byVariable).flatMap(([name, shape]) =>
    shape === undefined ? [] : [{ name, shape }],
  );
  const [first, ...others] = given;
  const other = others.find(({ shape }) => shape !== first?.shape);
  if (first !== undefined && other !== undefined) {
    throw new ConfigError(
      other.name,
      `asks for a load of ${other.shape}, and ${first.name} for ${first.shape}`,
      'expected one load: LOAD=stages with STAGES, LOAD=iterations with ITERATIONS and CONCURRENCY, or LOAD=rate with RATE',
    );
  }
  return first?.shape ?? byProfile;
}
