/** For tests: CPU profiles from stacks, and of any size. */
import { parseCpuProfile, type CallFrame, type CpuProfile } from '../../lib/profile/cpu-profile.ts';

/** A stack from the outermost caller on, each `function url`, and how long it was at work. */
export type Stack = readonly [frames: readonly string[], us: number];

/** The profile of some stacks, as V8 writes it. */
export function profileOf(stacks: readonly Stack[]): CpuProfile {
  const nodes: { id: number; callFrame: CallFrame; children: number[] }[] = [];
  const add = (callFrame: CallFrame) => {
    const node = { id: nodes.length + 1, callFrame, children: [] };
    nodes.push(node);
    return node;
  };
  const root = add({ functionName: '(root)', url: '' });
  const known = new Map<string, (typeof nodes)[number]>();
  const samples: number[] = [];
  for (const [frames] of stacks) {
    let at: (typeof nodes)[number] = root;
    let path = '';
    for (const frame of frames) {
      path += `\n${frame}`;
      const [, functionName = '', url = ''] = /^(.*) (.*)$/.exec(frame) ?? [];
      const next = known.get(path) ?? add({ functionName, url });
      if (!known.has(path)) at.children.push(next.id);
      known.set(path, next);
      at = next;
    }
    samples.push(at.id);
  }
  const times = stacks.map(([, us]) => us);
  const endTime = times.reduce((sum, us) => sum + us, 0);
  return parseCpuProfile({
    nodes,
    samples,
    // A delta stands before its sample, and a sample counts until the next one.
    timeDeltas: [0, ...times.slice(0, -1)],
    startTime: 0,
    endTime,
  });
}
