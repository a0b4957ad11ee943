/** Whose code a function is: a package's, the application's own, Node.js's. */
import type { CallFrame } from './cpu-profile.ts';

export type OriginKind = 'package' | 'application' | 'node' | 'gc' | 'native' | 'idle';

export interface Origin {
  kind: OriginKind;
  /** The package's name, or what the others are called. */
  name: string;
  /** The file: within its package, or from the application's own folder; empty where there is none. */
  file: string;
}

const other = (kind: OriginKind, name: string): Origin => ({ kind, name, file: '' });

const NODE = other('node', 'Node.js');
export const GC = other('gc', 'garbage collection');
const NATIVE = other('native', 'native code');
export const IDLE = other('idle', 'idle');

/** What V8 names without a file, and what is none of a function's callers. */
const BY_NAME: Readonly<Record<string, Origin>> = {
  '(root)': IDLE,
  '(idle)': IDLE,
  '(garbage collector)': GC,
  '(program)': NATIVE,
};

/**
 * Where a function comes from; `null` for a built-in of V8 (`JSON.parse`), which works for its caller.
 * @param home the application's own folder, which is left out of its files' names
 */
export function originOf({ functionName, url }: CallFrame, home: string): Origin | null {
  if (url === '') return BY_NAME[functionName] ?? null;
  if (url.startsWith('node:')) return { ...NODE, file: url };
  const path = pathOf(url);
  const inPackage = path.lastIndexOf('/node_modules/');
  if (inPackage < 0) {
    return ofApplication(path, home);
  }
  const [scope = '', second = '', ...rest] = path.slice(inPackage + '/node_modules/'.length).split('/');
  return scope.startsWith('@')
    ? { kind: 'package', name: `${scope}/${second}`, file: rest.join('/') }
    : { kind: 'package', name: scope, file: [second, ...rest].join('/') };
}

/** What a built-in counts for where nothing of JavaScript called it. */
export const NOBODY = NATIVE;

/** The folder that all of the application's own files share, with a slash behind it; empty where there is none. */
export function homeOf(frames: Iterable<CallFrame>): string {
  let home: string[] | null = null;
  for (const { url } of frames) {
    const path = pathOf(url);
    if (url === '' || url.startsWith('node:') || path.includes('/node_modules/')) continue;
    const folders = path.split('/').slice(0, -1);
    if (home === null) home = folders;
    else {
      const before: string[] = home;
      const differs = before.findIndex((folder, i) => folder !== folders[i]);
      if (differs >= 0) home = before.slice(0, differs);
    }
  }
  return home === null || home.length === 0 ? '' : `${home.join('/')}/`;
}

/** The path of a `file:` address, also of one that a loader has written; without what stands behind `?`. */
function pathOf(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/[?#].*$/s, '')
    .replaceAll('\\', '/');
}

/** A file outside of the application's folder keeps its own name and its folder's: never the machine's paths. */
export function ofApplication(path: string, home: string): Origin {
  const isWithin = home !== '' && path.startsWith(home);
  const file = isWithin ? path.slice(home.length) : path.split('/').slice(-2).join('/');
  return { kind: 'application', name: 'the application', file };
}
