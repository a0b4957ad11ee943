/**
 * The metric of the monitor: one gauge, whose tags say what a value is. It is the only way from the user that watches to
 * `handleSummary`, and any k6 output carries it.
 */
import { MONITOR } from '../monitor/metric-name.ts';
import { pathsOf } from '../monitor/plan.ts';
import { MOST_SERIES } from '../monitor/series.ts';
import type { MonitorLimits, MonitorProfile } from '../../thresholds/types.ts';

/** Of a series: its value now (k6 keeps its minimum and maximum), mean, number of values, growth a minute. */
export const STATS = ['value', 'samples', 'mean', 'slope'] as const;

export function seriesMetric(slot: number, stat: (typeof STATS)[number]): string {
  return `${MONITOR}{slot:${slot},stat:${stat}}`;
}

/** Of an endpoint: how often it was asked, and what was wrong with it first. */
export function endpointMetric(index: number, stat: 'polls' | 'problem'): string {
  return `${MONITOR}{endpoint:${index},stat:${stat}}`;
}

/** What a limit judges, and how often that was known. */
export function limitMetric(limit: keyof MonitorLimits): string {
  return `${MONITOR}{limit:${limit}}`;
}
export function seenMetric(limit: keyof MonitorLimits): string {
  return `${MONITOR}{seen:${limit}}`;
}

/** Every submetric that the report reads; k6 keeps those only that a threshold names. */
export function monitorMetrics(profile: MonitorProfile | null): string[] {
  if (profile === null) return [];
  return [
    ...pathsOf(profile).flatMap((_, i) => [endpointMetric(i, 'polls'), endpointMetric(i, 'problem')]),
    ...Array.from({ length: MOST_SERIES }, (_, slot) => STATS.map((stat) => seriesMetric(slot, stat))).flat(),
  ];
}
