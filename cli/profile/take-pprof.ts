/** CPU profiles of a target that offers them by HTTP in the format of pprof, in two arms, one after the other. */
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { goOrigins, parsePprof, type PprofProfile } from '../../lib/profile/pprof.ts';
import type { Milliseconds, Seconds } from '../../thresholds/types.ts';
import { CliError, messageOf } from '../errors.ts';
import { underLoad } from './arm-load.ts';
import {
  takenProfile,
  type ArmToProfile,
  type ProfiledArm,
  type ProfileOrder,
  type TakenProfile,
} from './taken-profile.ts';

/** From the start of k6: by then it has probed and switched the target, and the load begins. */
const LEAD_MS: Milliseconds = 4_000;
/** The load lasts so much longer than the profile: it may begin later, and the profile may take a moment to arrive. */
const RESERVE_MS: Milliseconds = LEAD_MS + 3_000;
/** More than profiles of many minutes have, uncompressed. */
const MOST_BYTES = 200_000_000;

/** Why no profile can be had at an address, in one line; `null` where one can: one of a second is taken. */
export function pprofProblem(address: string, timeoutMs: Milliseconds): Promise<string | null> {
  return fetchProfile(address, 1, timeoutMs).then(() => null, messageOf);
}

/**
 * Takes both profiles.
 * @throws Error one line: why there is none
 */
export async function takePprof(order: ProfileOrder, address: string): Promise<TakenProfile> {
  const { settings, baseline, treatment } = order;
  const off = await profileArm(order, baseline, address);
  const on = await profileArm(order, treatment, address);
  const origins = goOrigins([off.profile, on.profile]);
  const by = {
    inspector: address,
    format: 'pprof' as const,
    intervalUs: on.intervalUs || settings.intervalUs,
  };
  return takenProfile(order, by, [off, on], origins);
}

/** A profile as it came, and what it says. */
interface Fetched {
  bytes: Uint8Array;
  parsed: PprofProfile;
}

async function profileArm(
  order: ProfileOrder,
  arm: ArmToProfile,
  address: string,
): Promise<ProfiledArm & Pick<PprofProfile, 'intervalUs'>> {
  const { perSecond, settings } = order;
  const load = { ...order, arm, reserveMs: RESERVE_MS };
  const { startedAt, taken } = await underLoad(load, async (ended) => {
    await wait(LEAD_MS + settings.rampSeconds * 1_000);
    const began = performance.now();
    const profile = await fetchProfile(address, settings.seconds, settings.timeoutMs);
    if (ended()) throw new CliError(`the load of arm ${arm.name} ended before its profile`);
    return { startedAt: began, taken: profile };
  });
  const steadyMs = (settings.rampSeconds + settings.seconds) * 1_000 + RESERVE_MS;
  if (performance.now() - startedAt > steadyMs)
    throw new CliError(`the load of arm ${arm.name} began after its profile: the target took long to switch`);
  const { bytes, parsed } = taken;
  if (parsed.samples === 0) throw new CliError(`arm ${arm.name}: ${address}: a profile without a sample`);
  // An open stream: as many are answered as are sent.
  return { arm, ...parsed, file: bytes, requests: perSecond * parsed.seconds };
}

async function fetchProfile(address: string, seconds: Seconds, timeoutMs: Milliseconds): Promise<Fetched> {
  const answer = await get(`${address}?seconds=${seconds}`, seconds * 1_000 + timeoutMs).catch(
    (error: unknown) => {
      const late = error instanceof Error && error.name === 'TimeoutError';
      const why = late ? `no answer within ${seconds} s and ${timeoutMs} ms` : 'nothing answers there';
      throw new CliError(`${address}: ${why}`);
    },
  );
  if (answer.status !== 200)
    throw new CliError(`${address}: answered ${answer.status}; expected a CPU profile`);
  try {
    const isZipped = answer.bytes[0] === 0x1f && answer.bytes[1] === 0x8b;
    const plain = isZipped
      ? await promisify(gunzip)(answer.bytes, { maxOutputLength: MOST_BYTES })
      : answer.bytes;
    return { bytes: answer.bytes, parsed: parsePprof(plain) };
  } catch (error) {
    throw new CliError(`${address}: ${messageOf(error)}`);
  }
}

async function get(url: string, timeoutMs: Milliseconds): Promise<{ status: number; bytes: Uint8Array }> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
}
