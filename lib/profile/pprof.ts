/**
 * A CPU profile of Go, and of what writes the same format, as one of V8: stacks with their time.
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
import { Profile } from 'pprof-format';
import type { CallFrame, CpuProfile } from './cpu-profile.ts';
import { GC, homeOf, IDLE, ofApplication, type Origin } from './origin.ts';

export interface PprofProfile {
  profile: CpuProfile;
  seconds: number;
  samples: number;
  /** Microseconds between two samples of a thread. */
  intervalUs: number;
}

const UNITS_US: Readonly<Record<string, number>> = {
  nanoseconds: 1e-3,
  microseconds: 1,
  milliseconds: 1e3,
  seconds: 1e6,
};

/**
 * @param bytes uncompressed
 * @throws Error one line: it is no CPU profile
 */
export function parsePprof(bytes: Uint8Array): PprofProfile {
  const pprof = decode(bytes);
  const { strings } = pprof.stringTable;
  const textOf = (index: number | bigint) => strings[Number(index)] ?? '';
  const types = pprof.sampleType.map(({ type, unit }) => ({ type: textOf(type), unit: textOf(unit) }));
  const cpu = types.findIndex(({ type, unit }) => type === 'cpu' && UNITS_US[unit] !== undefined);
  const toUs = UNITS_US[types[cpu]?.unit ?? ''];
  if (toUs === undefined)
    throw new Error(
      `no CPU profile: it counts ${types.map(({ type }) => type).join(', ') || 'nothing'}; expected cpu`,
    );
  const functions = new Map(
    pprof.function.map(({ id, name, filename }): [number, CallFrame] => [
      Number(id),
      { functionName: textOf(name), url: textOf(filename) },
    ]),
  );
  // A location has several functions where some were inlined, the innermost first.
  const locations = new Map(
    pprof.location.map(({ id, line }): [number, CallFrame[]] => [
      Number(id),
      line.flatMap(({ functionId }) => functions.get(Number(functionId)) ?? []),
    ]),
  );
  const stacks = pprof.sample.map(({ locationId, value }) => ({
    frames: locationId.flatMap((id) => locations.get(Number(id)) ?? []).reverse(),
    us: Number(value[cpu] ?? 0) * toUs,
  }));
  const count = types.findIndex(({ type }) => type === 'samples');
  return {
    profile: treeOf(stacks),
    seconds: Number(pprof.durationNanos) / 1e9,
    samples: pprof.sample.reduce((sum, { value }) => sum + (count < 0 ? 1 : Number(value[count] ?? 0)), 0),
    intervalUs: Number(pprof.period) / 1e3,
  };
}

function decode(bytes: Uint8Array): Profile {
  try {
    return Profile.decode(bytes);
  } catch {
    throw new Error('no CPU profile: not in the format of pprof');
  }
}

/** Stacks from the outermost caller on, as V8 would have written them. */
function treeOf(stacks: readonly { frames: readonly CallFrame[]; us: number }[]): CpuProfile {
  const nodes: { id: number; callFrame: CallFrame; children: number[] }[] = [];
  const known = new Map<string, (typeof nodes)[number]>();
  const nodeOf = (callFrame: CallFrame, parent: (typeof nodes)[number] | null) => {
    const key = `${parent?.id ?? 0}\n${callFrame.functionName}\n${callFrame.url}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const node = { id: nodes.length + 1, callFrame, children: [] };
    nodes.push(node);
    known.set(key, node);
    parent?.children.push(node.id);
    return node;
  };
  const root = nodeOf({ functionName: '(root)', url: '' }, null);
  const samples = stacks.map(({ frames }) => frames.reduce((parent, frame) => nodeOf(frame, parent), root));
  const times = stacks.map(({ us }) => us);
  return {
    nodes,
    samples: samples.map(({ id }) => id),
    // A delta stands before its sample, and a sample counts until the next one.
    timeDeltas: [0, ...times.slice(0, -1)].slice(0, times.length),
    startTime: 0,
    endTime: times.reduce((sum, us) => sum + us, 0),
  };
}

const STANDARD: Origin = { kind: 'node', name: "Go's runtime and standard library", file: '' };

/** Where the functions of two profiles of Go come from, by their names and files. */
export function goOrigins(profiles: readonly CpuProfile[]): (frame: CallFrame) => Origin {
  const frames = profiles.flatMap(({ nodes }) => nodes.map(({ callFrame }) => callFrame));
  const goRoot = goRootOf(frames);
  const isOwn = (frame: CallFrame) => moduleOf(frame) === null && !isStandard(frame, goRoot);
  const home = homeOf(frames.filter(isOwn));
  return (frame) => {
    const { functionName, url } = frame;
    if (functionName === '(root)') return IDLE;
    if (/^runtime\.(gcBgMarkWorker|bgsweep|bgscavenge)\b/.test(functionName)) return GC;
    const module = moduleOf(frame);
    if (module !== null) return { kind: 'package', ...module };
    if (isStandard(frame, goRoot)) return STANDARD;
    return ofApplication(url, home);
  };
}

/** `…/pkg/mod/github.com/a/b@v1.2.3/c.go`, `…/vendor/github.com/a/b/c.go`: a module and a file in it; `null` for none. */
function moduleOf({ url }: CallFrame): { name: string; file: string } | null {
  const [, name, file] = /^(?:.*\/pkg\/mod\/)?([^@]+)@v[^/]+\/(.+)$/.exec(url) ?? [];
  if (name !== undefined && file !== undefined) return { name: name.replace(/!([a-z])/g, '$1'), file };
  const [, path] = /\/vendor\/(.+)$/.exec(url) ?? [];
  if (path === undefined) return null;
  const parts = path.split('/');
  return { name: parts.slice(0, 3).join('/'), file: parts.slice(3).join('/') };
}

/** The folder of Go's own sources; empty where the program was built with `-trimpath`. */
function goRootOf(frames: readonly CallFrame[]): string {
  for (const { functionName, url } of frames) {
    const [, root] = /^(.*\/)runtime\/[^/]+\.go$/.exec(url) ?? [];
    if (functionName.startsWith('runtime.') && root !== undefined) return root;
  }
  return '';
}

/** Without its sources' folder: files of its packages are named from there, `net/http/server.go`, as no module's are. */
function isStandard({ url }: CallFrame, goRoot: string): boolean {
  // Such as `<autogenerated>`, what the compiler has written: it works for its caller.
  if (!url.includes('/')) return true;
  return goRoot === ''
    ? !url.startsWith('/') && !(url.split('/')[0] ?? '').includes('.')
    : url.startsWith(goRoot);
}
