import type { Flag } from '../../thresholds/types.ts';

/** The guide's feature flags, the one for all of observability first. */
export const FLAGS = [
  'ENABLE_OBSERVABILITY',
  'ENABLE_LANGFUSE_EXPORT',
  'ENABLE_ASYNC_TRACE_EXPORT',
  'TRACK_MODEL_COSTS',
  'ENABLE_SIMILARITY_LOGGING',
] as const satisfies readonly Flag[];

/** Whether observability is off, whatever the other flags say. */
export function isEverythingOff(flags: Readonly<Partial<Record<string, boolean>>>): boolean {
  return flags.ENABLE_OBSERVABILITY === false;
}

/** Some flags and their values. */
export type FlagValues = Partial<Record<Flag, boolean>>;

/** `ENABLE_OBSERVABILITY=false, TRACK_MODEL_COSTS=false`. */
export function formatFlags(flags: FlagValues): string {
  return FLAGS.flatMap((flag) => (flags[flag] === undefined ? [] : `${flag}=${flags[flag]}`)).join(', ');
}
