/** What the treatment costs more than the baseline: by package, by function, and as a flame graph. */
import { framesOf, type OriginOf, type Frame, type Profiled, type Times } from './frames.ts';
import type { Origin } from './origin.ts';
import type { ProfileResult } from '../result/run-result.ts';

type PackageTimes = ProfileResult['packages'][number];
type FunctionTimes = ProfileResult['functions'][number];
type FlameFrame = ProfileResult['flame'][number];

/** What a result holds of it, and all CPU time of both arms. */
export interface ProfileDifference extends Pick<ProfileResult, 'packages' | 'functions' | 'flame'> {
  total: Times;
}

/** What is shown at most, and from which share of an arm's time on. */
const MOST = { packages: 20, functions: 12, flame: 400 } as const;
const LEAST_SHARE = { packages: 0.002, functions: 0.005, flame: 0.003 } as const;

/** The difference of two profiles in microseconds of CPU a request. */
export function differenceOf(baseline: Profiled, treatment: Profiled, origins?: OriginOf): ProfileDifference {
  const [root, ...frames] = framesOf(baseline, treatment, origins);
  const whole = Math.max(root.total.baselineUs, root.total.treatmentUs);
  const enough = (times: Times, share: number) => largest(times) >= whole * share && largest(times) > 0;
  return {
    total: root.total,
    packages: packagesOf(frames)
      .filter(({ self, charged }) => [self, charged].some((times) => enough(times, LEAST_SHARE.packages)))
      .sort((a, b) => added(b.charged) - added(a.charged))
      .slice(0, MOST.packages),
    functions: functionsOf(frames)
      .filter(({ charged }) => enough(charged, LEAST_SHARE.functions) && added(charged) > 0)
      .sort((a, b) => added(b.charged) - added(a.charged))
      .slice(0, MOST.functions),
    flame: flameOf(frames, root.total.treatmentUs * LEAST_SHARE.flame),
  };
}

/** What the treatment adds; negative where it takes less. */
export function added({ baselineUs, treatmentUs }: Times): number {
  return treatmentUs - baselineUs;
}

function largest({ baselineUs, treatmentUs }: Times): number {
  return Math.max(baselineUs, treatmentUs);
}

function packagesOf(frames: readonly Frame[]): PackageTimes[] {
  const packages = new Map<string, PackageTimes>();
  const of = ({ name, kind }: Origin): PackageTimes => {
    const known = packages.get(name);
    if (known !== undefined) return known;
    // Idle time has no frame.
    const made = { name, kind: kind === 'idle' ? 'native' : kind, self: zero(), charged: zero() };
    packages.set(name, made);
    return made;
  };
  for (const { origin, payer, self } of frames) {
    add(of(origin).self, self);
    add(of(payer.origin).charged, self);
  }
  return [...packages.values()];
}

/** Functions of packages and of the application; code of Node.js counts for the function that calls it. */
function functionsOf(frames: readonly Frame[]): FunctionTimes[] {
  const functions = new Map<string, FunctionTimes>();
  for (const { self, payer } of frames) {
    const { name, origin } = payer;
    if (origin.kind !== 'package' && origin.kind !== 'application') continue;
    const key = `${name}\n${origin.name}\n${origin.file}`;
    const known = functions.get(key);
    const of = known ?? { name, package: origin.name, file: origin.file, charged: zero() };
    if (known === undefined) functions.set(key, of);
    add(of.charged, self);
  }
  return [...functions.values()];
}

/** The largest frames by the treatment's time. A caller is at least as large as what it calls, so none lacks its own. */
function flameOf(frames: readonly Frame[], leastUs: number): FlameFrame[] {
  const kept = frames
    .map((frame, order) => ({ frame, order }))
    .filter(({ frame }) => frame.total.treatmentUs > 0 && frame.total.treatmentUs >= leastUs)
    .sort((a, b) => b.frame.total.treatmentUs - a.frame.total.treatmentUs || a.order - b.order)
    .slice(0, MOST.flame);
  const index = new Map<Frame, number>(kept.map(({ frame }, i) => [frame, i]));
  return kept.map(({ frame: { parent, name, origin, total } }) => ({
    parent: parent === null ? -1 : (index.get(parent) ?? -1),
    name,
    package: origin.name,
    total,
  }));
}

function zero(): Times {
  return { baselineUs: 0, treatmentUs: 0 };
}

function add(to: Times, of: Times): void {
  to.baselineUs += of.baselineUs;
  to.treatmentUs += of.treatmentUs;
}
