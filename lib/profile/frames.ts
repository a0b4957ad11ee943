/** Two CPU profiles as one tree: each function with its time in both arms. */
import { selfTimesUs, type CallFrame, type CpuProfile } from './cpu-profile.ts';
import { homeOf, NOBODY, originOf, type Origin } from './origin.ts';

/** Microseconds a request. */
export interface Times {
  baselineUs: number;
  treatmentUs: number;
}

/** A function as it was called from its parent. */
export interface Frame {
  parent: Frame | null;
  name: string;
  origin: Origin;
  /** The frame that is charged for it: code of Node.js, and V8's own, works for whoever called it. */
  payer: Frame;
  self: Times;
  /** With all that it calls. */
  total: Times;
  children: Map<string, Frame>;
}

/** A profile, and how many requests were answered in it. */
export interface Profiled {
  profile: CpuProfile;
  requests: number;
}

/** Where a function comes from; `null`: it works for its caller. */
export type OriginOf = (frame: CallFrame) => Origin | null;

/**
 * All frames of both profiles; each stands behind its parent, the root is the first. Idle time is left out.
 * @param origins of V8's functions by default
 */
export function framesOf(
  baseline: Profiled,
  treatment: Profiled,
  origins?: OriginOf,
): [root: Frame, ...rest: Frame[]] {
  const home = homeOf(callFrames([baseline.profile, treatment.profile]));
  const from = origins ?? ((frame: CallFrame) => originOf(frame, home));
  const root = newFrame(null, 'all', NOBODY, false);
  const frames: [Frame, ...Frame[]] = [root];
  addProfile(frames, baseline, 'baselineUs', from);
  addProfile(frames, treatment, 'treatmentUs', from);
  for (const frame of frames.toReversed()) {
    for (const arm of ['baselineUs', 'treatmentUs'] as const) {
      frame.total[arm] += frame.self[arm];
      if (frame.parent !== null) frame.parent.total[arm] += frame.total[arm];
    }
  }
  return frames;
}

function* callFrames(profiles: readonly CpuProfile[]) {
  for (const { nodes } of profiles) for (const { callFrame } of nodes) yield callFrame;
}

/** Adds one arm. Stacks may be deep, so this does not call itself. */
function addProfile(
  frames: [Frame, ...Frame[]],
  { profile, requests }: Profiled,
  arm: keyof Times,
  from: OriginOf,
): void {
  const selfUs = selfTimesUs(profile);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const [first] = profile.nodes;
  const open = (first?.children ?? []).map((id) => ({ id, parent: frames[0] }));
  // A node that names one of its callers as its callee would never end.
  const seen = new Set<number>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = byId.get(next.id);
    if (node === undefined || seen.has(next.id)) continue;
    seen.add(next.id);
    const frame = frameIn(frames, next.parent, node.callFrame, from);
    if (frame === null) continue;
    frame.self[arm] += (selfUs.get(node.id) ?? 0) / requests;
    for (const id of node.children ?? []) open.push({ id, parent: frame });
  }
}

/** The frame of a call below its parent; `null` for time in which nothing was done. */
function frameIn(frames: Frame[], parent: Frame, callFrame: CallFrame, from: OriginOf): Frame | null {
  const own = from(callFrame);
  const origin = own ?? parent.origin;
  if (origin.kind === 'idle') return null;
  // Within Node.js one frame stands for all: what it calls in itself tells nobody anything.
  if (origin.kind === 'node' && (parent.origin.kind === 'node' || parent.origin.kind === 'gc')) return parent;
  const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
  const key = `${name}\n${origin.name}\n${origin.file}`;
  const known = parent.children.get(key);
  if (known !== undefined) return known;
  const frame = newFrame(parent, name, origin, own === null || origin.kind === 'node');
  parent.children.set(key, frame);
  frames.push(frame);
  return frame;
}

/** @param works whether it works for its caller, where that is a function */
function newFrame(parent: Frame | null, name: string, origin: Origin, works: boolean): Frame {
  const zero = (): Times => ({ baselineUs: 0, treatmentUs: 0 });
  const times = { self: zero(), total: zero() };
  const frame = { parent, name, origin, ...times, children: new Map<string, Frame>() };
  const called = parent !== null && parent.parent !== null;
  return Object.assign(frame, { payer: works && called ? parent.payer : (frame as Frame) });
}
