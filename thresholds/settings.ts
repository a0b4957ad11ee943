/**
 * What the arms differ in: the guide's feature flags ("Performance Profiling"), by the names of their environment variables.
 * An environment with other settings has `settings` of its own.
 */
import type { Settings } from './types.ts';

export const settings: Settings = {
  values: {
    ENABLE_OBSERVABILITY: {},
    ENABLE_LANGFUSE_EXPORT: {},
    ENABLE_ASYNC_TRACE_EXPORT: {},
    TRACK_MODEL_COSTS: {},
    ENABLE_SIMILARITY_LOGGING: {},
  },
  main: 'ENABLE_OBSERVABILITY',
};

/**
 * What `calibrate` injects its known delay by: without Langfuse export it does nothing in the reference target, so that the
 * delay is all that it adds to the other.
 */
export const knownDelay = { setting: 'ENABLE_ASYNC_TRACE_EXPORT', beside: 'TRACK_MODEL_COSTS' };
