/** The tries of a capacity run as one curve for each arm: P95 against rate. */
import { median } from 'simple-statistics';
import type { Milliseconds, PerSecond } from '../../thresholds/types.ts';
import type { CapacityResult } from '../result/run-result.ts';

/** Rates that differ by less are one point. */
const NEAR = 1.05;

/** What all tries of about one rate show. */
export interface AtRate {
  perSecond: PerSecond;
  /** Of each arm, the median of its tries; null where it has none. */
  p95Ms: (Milliseconds | null)[];
}

/**
 * Tries of about the same rate are one point, rising by rate. Those that the generator was late
 * for say nothing about the target, and are left out.
 */
export function p95ByRate({ arms }: Pick<CapacityResult, 'arms'>): AtRate[] {
  const width = Math.log(NEAR);
  const place = (perSecond: PerSecond) => Math.round(Math.log(perSecond) / width);
  const tries = arms.map(({ tries: all }) => all.filter(({ outcome }) => outcome !== 'late'));
  const places = [...new Set(tries.flat().map(({ perSecond }) => place(perSecond)))].sort((a, b) => a - b);
  return places.map((at) => {
    const here = tries.map((ofArm) => ofArm.filter(({ perSecond }) => place(perSecond) === at));
    return {
      perSecond: median(here.flat().map(({ perSecond }) => perSecond)),
      p95Ms: here.map((ofArm) => (ofArm.length === 0 ? null : median(ofArm.map(({ p95Ms }) => p95Ms)))),
    };
  });
}
