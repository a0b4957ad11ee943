/** One load generator of several that share a load, each with its own of k6's execution segments. */
import type { Switching } from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import type { Load } from './load.ts';
import { switchesSystem } from './switching.ts';
import { variable, type Env } from './variables.ts';

/** Which part of a load a generator is. Limits and floors hold for the whole: a part records them, `merge` judges. */
export interface Part {
  /** From 1. */
  index: number;
  of: number;
  /** Names the run that the parts belong to; `null` where RUN_ID was not given. */
  runId: string | null;
}

/** The part that PART names, `null` where a generator has the whole load. */
export function partOf(env: Env): Part | null {
  const given = variable(env, 'PART');
  return given === undefined ? null : { ...given, runId: variable(env, 'RUN_ID') ?? null };
}

/** What the rest of the configuration says, as far as a part cannot have it. */
interface Asked {
  load: Load;
  abort: boolean;
  /** Whether settings are asked for. */
  flags: boolean;
  switching: Switching | null;
}

/** @throws ConfigError where a run in parts could not do what is asked for */
export function checkPart(
  { index, of }: Part,
  { load, abort, flags, switching }: Asked,
  thresholdsFile: string,
): void {
  const users = load.shape === 'stages' ? Math.max(...load.stages.map(({ target }) => target)) : load.users;
  if (users < of) {
    const problem = `'${index}/${of}', and the load has ${users} users`;
    throw new ConfigError('PART', problem, 'expected at most as many parts as users');
  }
  if (abort) {
    throw new ConfigError(
      'ABORT',
      'cannot be combined with PART: no part sees the whole load',
      'expected no ABORT',
    );
  }
  // The first to end would put them back under the others' load.
  if (flags && switchesSystem(switching)) {
    const problem = `a part would switch the whole target, as ${thresholdsFile} switching says`;
    throw new ConfigError(
      'PART',
      problem,
      'expected flags that are switched before the run, not by one of its parts',
    );
  }
}

/** @throws ConfigError where an experiment is asked to be a part of one: it is one generator that sends and judges all */
export function refusePart(env: Env): void {
  if (variable(env, 'PART') === undefined) return;
  throw new ConfigError(
    'PART',
    `'${env.PART ?? ''}' with an experiment`,
    'expected no PART: one generator is the whole experiment, and others may load beside it (BACKGROUND)',
  );
}
