/** A load in one arm, for a profiler to look at: a load scenario of the suite, switched and put back by itself. */
import type { ChildProcess } from 'node:child_process';
import { EXIT_CODES } from '../../lib/gates/exit-codes.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import { LOADED, runLoad } from '../overhead/load-run.ts';
import type { ArmToProfile, ProfileOrder } from './taken-profile.ts';

/** Of all scenarios it lets most requests wait at once. What it gates is not asked here. */
const LOAD_SCENARIO = 'stress';

/** Beside the ramp, which is waited for from its first requests on: the profiler has to be started and read. */
const RESERVE_MS: Milliseconds = 1_500;

interface ArmLoad extends ProfileOrder {
  arm: ArmToProfile;
  /** How much longer than its ramp and the profile the load lasts. */
  reserveMs?: Milliseconds;
}

/**
 * Runs the load while `look` looks at the target; k6 is ended early where that fails.
 * @param look gets a function that says whether the load is over
 * @throws CliError one line: the load could not be had
 */
export async function underLoad<T>(load: ArmLoad, look: (ended: () => boolean) => Promise<T>): Promise<T> {
  if (load.isInterrupted()) throw new CliError('interrupted');
  let k6: ChildProcess | undefined;
  let over = false;
  const run = runLoad(LOAD_SCENARIO, variablesOf(load), {
    k6: load.k6,
    onStart: (child) => (k6 = child),
  }).finally(() => (over = true));
  const looked = look(() => over).catch((error: unknown) => {
    if (!over) k6?.kill('SIGINT');
    return { failed: error };
  });
  const [{ code, lastLine }, seen] = await Promise.all([run, looked]);
  // Where the load itself went wrong, nothing else is worth saying.
  if (code === EXIT_CODES.interrupted && !isFailed(seen)) throw new CliError('interrupted');
  if (code !== EXIT_CODES.interrupted && !LOADED.has(code)) {
    throw new CliError(`the load of arm ${load.arm.name} ended with exit code ${code}: ${lastLine}`);
  }
  if (isFailed(seen)) throw seen.failed;
  return seen;
}

function isFailed(seen: unknown): seen is { failed: unknown } {
  return typeof seen === 'object' && seen !== null && 'failed' in seen;
}

/** The rate of the experiment, constant after a ramp; the flags of the arm; nothing beside it that asks the target. */
function variablesOf({
  arm,
  perSecond,
  seed,
  settings,
  variables,
  reserveMs = RESERVE_MS,
}: ArmLoad): NodeJS.ProcessEnv {
  const rampMs = settings.rampSeconds * 1_000;
  const steadyMs = rampMs + settings.seconds * 1_000 + reserveMs;
  const flags = Object.fromEntries(Object.entries(arm.flags).map(([name, value]) => [name, String(value)]));
  return {
    ...variables,
    ...flags,
    RATE: `${rampMs}ms:${perSecond},${steadyMs}ms:${perSecond}`,
    LOAD: undefined,
    STAGES: undefined,
    ITERATIONS: undefined,
    CONCURRENCY: undefined,
    THINK_TIME: '0',
    ABORT: undefined,
    MONITOR: 'off',
    SEED: String(seed),
  };
}
