/** Profiles of two arms, one after the other, as they are asked for and as a result holds them. */
import type { CpuProfile } from '../../lib/profile/cpu-profile.ts';
import { differenceOf } from '../../lib/profile/difference.ts';
import type { OriginOf } from '../../lib/profile/frames.ts';
import type { ProfileResult } from '../../lib/result/run-result.ts';
import type { FlagValues, PerSecond, ProfileSettings, Seconds } from '../../thresholds/types.ts';
import type { Variables } from '../scenario/variables.ts';

export interface ArmToProfile {
  name: string;
  flags: FlagValues;
  /** The name of its profile's file, without a folder. */
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
  /** The path of k6. */
  k6: string;
}

export interface TakenProfile {
  result: ProfileResult;
  /** What the profilers wrote, by the names of its files. */
  files: Map<string, string | Uint8Array>;
}

type ArmResult = ProfileResult['arms'][number];

/** One arm as a profiler saw it. */
export interface ProfiledArm {
  arm: ArmToProfile;
  profile: CpuProfile;
  /** What the profiler wrote. */
  file: string | Uint8Array;
  seconds: Seconds;
  /** That were answered meanwhile. */
  requests: number;
  samples: number;
  /** What only an inspector of Node.js tells. */
  process?: Required<Pick<ArmResult, 'eventLoopDelay' | 'collections'>>;
}

/**
 * Both profiles as a result holds them.
 * @param by what took them
 * @param origins of functions, where they are not V8's
 */
export function takenProfile(
  { flag }: Pick<ProfileOrder, 'flag'>,
  by: Pick<ProfileResult, 'inspector' | 'format' | 'nodeVersion' | 'intervalUs'>,
  [baseline, treatment]: [baseline: ProfiledArm, treatment: ProfiledArm],
  origins?: OriginOf,
): TakenProfile {
  const { total, packages, functions, flame } = differenceOf(baseline, treatment, origins);
  return {
    result: {
      ...by,
      flag,
      baseline: baseline.arm.name,
      treatment: treatment.arm.name,
      arms: [armResult(baseline, total.baselineUs), armResult(treatment, total.treatmentUs)],
      packages,
      functions,
      flame,
    },
    files: new Map([baseline, treatment].map(({ arm, file }) => [arm.file, file])),
  };
}

function armResult(
  { arm, profile, seconds, requests, samples, process }: ProfiledArm,
  cpuUs: number,
): ArmResult {
  const busyShare = Math.min(1, (cpuUs * requests) / (profile.endTime - profile.startTime));
  return {
    ...arm,
    seconds,
    requests: Math.round(requests),
    samples,
    cpuUs,
    ...(process === undefined ? {} : { busyShare, ...process }),
  };
}
