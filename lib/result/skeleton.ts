/** The one place where a result is put together. */
import { QUANTILE_LEVELS } from '../metrics/quantiles.ts';
import type { RunResult } from './run-result.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** What every run has. */
export interface Measured extends Pick<
  RunResult,
  'run' | 'configuration' | 'outcome' | 'requests' | 'checks' | 'gates' | 'notes'
> {
  latency: Omit<RunResult['latency'], 'levels'>;
}

/** What only some have. */
export type Extras = Partial<
  Pick<RunResult, 'overhead' | 'attribution' | 'capacity' | 'monitor' | 'generator' | 'timeline' | 'profile'>
>;

/** A result of what was measured, without recommendations; what a run does not have is null. */
export function skeleton({ latency, ...measured }: Measured & Extras): RunResult {
  return {
    schemaVersion: SCHEMA_VERSION,
    overhead: null,
    attribution: null,
    capacity: null,
    monitor: null,
    generator: null,
    timeline: null,
    profile: null,
    recommendations: [],
    ...measured,
    latency: { levels: QUANTILE_LEVELS, ...latency },
  };
}
