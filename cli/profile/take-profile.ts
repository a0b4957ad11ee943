/** CPU profiles of a target in two arms by its inspector, each under the load of the experiment. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import { underLoad } from './arm-load.ts';
import { TargetProcess } from './target-process.ts';
import {
  takenProfile,
  type ArmToProfile,
  type ProfiledArm,
  type ProfileOrder,
  type TakenProfile,
} from './taken-profile.ts';

/** Until then the first requests of a load must have arrived: k6 starts, fetches a token, probes and switches. */
const FIRST_REQUESTS_MS: Milliseconds = 60_000;
/** More than probing and switching takes. */
const FIRST_REQUESTS = 30;

/**
 * Takes both profiles and leaves the target as it was found.
 * @throws Error one line: why there is none
 */
export async function takeProfile(order: ProfileOrder): Promise<TakenProfile> {
  const { settings, baseline, treatment } = order;
  const process = await TargetProcess.attach(order);
  try {
    const off = await profileArm(process, order, baseline);
    const on = await profileArm(process, order, treatment);
    const { inspector, intervalUs } = settings;
    return takenProfile(order, { inspector, nodeVersion: process.nodeVersion, intervalUs }, [off, on]);
  } finally {
    await process.release();
  }
}

async function profileArm(
  process: TargetProcess,
  order: ProfileOrder,
  arm: ArmToProfile,
): Promise<ProfiledArm> {
  const { settings } = order;
  const { profile, reading } = await underLoad({ ...order, arm }, async (ended) => {
    if (!(await process.waitForRequests(FIRST_REQUESTS, FIRST_REQUESTS_MS, ended))) {
      throw new CliError(`no request of the load reached the process at ${settings.inspector}`);
    }
    await wait(settings.rampSeconds * 1_000);
    return process.profile();
  });
  const { seconds, requests, eventLoopDelay, collections } = reading;
  if (requests === 0)
    throw new CliError(`arm ${arm.name}: no request reached the process while it was profiled`);
  return {
    arm,
    profile,
    file: JSON.stringify(profile),
    seconds,
    requests,
    samples: profile.samples.length,
    process: { eventLoopDelay, collections },
  };
}
