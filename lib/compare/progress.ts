/** The lines that a series of pairs of runs prints. */
import { humanDuration, humanMs } from '../format/format.ts';
import { soFar } from '../experiment/progress.ts';
import type { Verdict } from '../experiment/verdict.ts';
import type { Milliseconds } from '../../thresholds/types.ts';

/** Where a series is. */
export interface Place {
  /** From 1. */
  readonly pair: number;
  readonly planned: number;
  /** Of the runs still to come, at the pace so far. */
  readonly leftMs: Milliseconds;
}

/** `pair 2/5  baseline P95 31.2 ms, 5020 requests  at most about 4m10s left`: after the first run of a pair. */
export function runLine(place: Place, arm: string, p95Ms: Milliseconds, requests: number): string {
  return [pairOf(place), `${arm} P95 ${humanMs(p95Ms)}, ${requests} requests`, left(place)].join('  ');
}

/** `pair 2/5  difference 12.3 ms  overhead 11.8 ms, 95 % 9.1 ms to 14.9 ms  at most about 3m20s left`: after the second. */
export function pairLine(place: Place, verdict: Verdict): string {
  if (verdict.kind === 'INVALID') return [pairOf(place), verdict.reasons.join('; '), left(place)].join('  ');
  return [pairOf(place), soFar(verdict.estimate, place.pair - 1), left(place)].join('  ');
}

function pairOf({ pair, planned }: Place): string {
  return `pair ${pair}/${planned}`;
}

function left({ leftMs }: Place): string {
  return `at most about ${humanDuration(leftMs)} left`;
}
