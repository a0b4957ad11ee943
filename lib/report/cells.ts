/** What several sections of a report say in the same words. */
import { armCalled, type TargetSettings } from '../config/settings.ts';
import { humanMs, humanRange } from '../format/format.ts';
import type { Latency, OverheadResult } from '../result/run-result.ts';
import type { FlagValues } from '../../thresholds/types.ts';

export const LATENCY_COLUMNS = ['Requests', 'P50', 'P95', 'P99', 'Mean', 'Min', 'Max'];

/** A latency under `LATENCY_COLUMNS`. */
export function latencyCells(latency: Latency | null, requests = 0): string[] {
  if (latency === null) return [String(requests), ...Array<string>(6).fill('–')];
  const { count, p50Ms, p95Ms, p99Ms, meanMs, minMs, maxMs } = latency;
  return [String(count), ...[p50Ms, p95Ms, p99Ms, meanMs, minMs, maxMs].map(humanMs)];
}

/** `1.20 ms to 3.40 ms`. */
export function range({ lowerMs, upperMs }: { lowerMs: number; upperMs: number }): string {
  return humanRange(lowerMs, upperMs);
}

/** The two arms whose difference is the overhead; an attribution has many more. */
export function comparedArms({ arms, baseline, treatment }: OverheadResult): OverheadResult['arms'] {
  return arms.filter(({ name }) => name === baseline || name === treatment);
}

/** `no observability`, `all of observability`, an arm by its name, or the settings that are on. */
export function describeFeatures(flags: FlagValues, settings: TargetSettings): string {
  const called = armCalled(settings, flags);
  switch (called) {
    case 'none':
      return 'no observability';
    case 'all':
      return 'all of observability';
    case settings.main:
      return 'observability without flags';
    default:
      return called.replaceAll('+', ' ');
  }
}
