/** CPU profiles of a target in two arms, one after the other, each under the load of the experiment. */
import { setTimeout as wait } from 'node:timers/promises';
import type { CpuProfile } from '../../lib/profile/cpu-profile.ts';
import { differenceOf } from '../../lib/profile/difference.ts';
import type { ProfileResult } from '../../lib/result/run-result.ts';
import type { FlagValues, Milliseconds, PerSecond, ProfileSettings } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import { provideK6 } from '../k6/provide.ts';
import type { Variables } from '../scenario/variables.ts';
import { underLoad } from './arm-load.ts';
import { TargetProcess, type Reading } from './target-process.ts';

/** Until then the first requests of a load must have arrived: k6 starts, fetches a token, probes and switches. */
const FIRST_REQUESTS_MS: Milliseconds = 60_000;
/** More than probing and switching takes. */
const FIRST_REQUESTS = 30;

export interface ArmToProfile {
  name: string;
  flags: FlagValues;
  /** The name of its `.cpuprofile`, without a folder. */
  file: string;
}

export interface ProfileOrder {
  /** The one flag in which the arms differ; `null`: they are those of the experiment. */
  flag: string | null;
  baseline: ArmToProfile;
  treatment: ArmToProfile;
  perSecond: PerSecond;
  seed: number;
  settings: ProfileSettings;
  variables: Variables;
  /** Sends one request of the API, as a run does, with headers beside its own; rejects where nothing answers. */
  send: (headers: Record<string, string>) => Promise<void>;
  /** Whether somebody has ended the command meanwhile. */
  isInterrupted: () => boolean;
}

export interface TakenProfile {
  result: ProfileResult;
  /** What the profilers wrote, by the names of its files. */
  files: Map<string, string | Uint8Array>;
}

interface ProfiledArm {
  arm: ArmToProfile;
  profile: CpuProfile;
  reading: Reading;
}

/**
 * Takes both profiles and leaves the target as it was found.
 * @throws Error one line: why there is none
 */
export async function takeProfile(order: ProfileOrder): Promise<TakenProfile> {
  const { settings, baseline, treatment } = order;
  const { path: k6 } = await provideK6();
  const process = await TargetProcess.attach(settings, order.send);
  try {
    const off = await profileArm(process, order, baseline, k6);
    const on = await profileArm(process, order, treatment, k6);
    return {
      result: resultOf(order, process.nodeVersion, off, on),
      files: new Map([off, on].map(({ arm, profile }) => [arm.file, JSON.stringify(profile)])),
    };
  } finally {
    await process.release();
  }
}

async function profileArm(
  process: TargetProcess,
  { perSecond, seed, settings, variables, isInterrupted }: ProfileOrder,
  arm: ArmToProfile,
  k6: string,
): Promise<ProfiledArm> {
  if (isInterrupted()) throw new CliError('interrupted');
  const load = { arm, perSecond, seed, settings, variables, k6 };
  const seen = await underLoad(load, async (ended) => {
    if (!(await process.waitForRequests(FIRST_REQUESTS, FIRST_REQUESTS_MS, ended))) {
      throw new CliError(`no request of the load reached the process at ${settings.inspector}`);
    }
    await wait(settings.rampSeconds * 1_000);
    return process.profile();
  });
  if (seen.reading.requests === 0)
    throw new CliError(`arm ${arm.name}: no request reached the process while it was profiled`);
  return { arm, ...seen };
}

function resultOf(
  { settings: { inspector, intervalUs }, flag }: ProfileOrder,
  nodeVersion: string,
  baseline: ProfiledArm,
  treatment: ProfiledArm,
): ProfileResult {
  const profiled = ({ profile, reading }: ProfiledArm) => ({ profile, requests: reading.requests });
  const { total, packages, functions, flame } = differenceOf(profiled(baseline), profiled(treatment));
  return {
    inspector,
    nodeVersion,
    intervalUs,
    flag,
    baseline: baseline.arm.name,
    treatment: treatment.arm.name,
    arms: [armOf(baseline, total.baselineUs), armOf(treatment, total.treatmentUs)],
    packages,
    functions,
    flame,
  };
}

function armOf({ arm, profile, reading }: ProfiledArm, cpuUs: number): ProfileResult['arms'][number] {
  const { seconds, requests, eventLoopDelay, collections } = reading;
  return {
    name: arm.name,
    flags: arm.flags,
    file: arm.file,
    seconds,
    requests,
    samples: profile.samples.length,
    busyShare: Math.min(1, (cpuUs * requests) / (profile.endTime - profile.startTime)),
    cpuUs,
    eventLoopDelay,
    collections,
  };
}
