/** What a load plans, as far as it is known beforehand. */
import type { Load } from './load.ts';
import { parseDuration } from '../format/duration.ts';
import type { Duration, Milliseconds, Stage } from '../../thresholds/types.ts';

/** How many requests a load plans, `null` where it depends on how fast the target answers (`stages`). */
export function plannedRequests(load: Load): number | null {
  switch (load.shape) {
    case 'stages':
      return null;
    case 'iterations':
      return load.total;
    case 'rate':
      if ('perSecond' in load) return Math.floor((load.perSecond * milliseconds(load.duration)) / 1_000);
      return Math.floor(rampArea(load.steps));
  }
}

/** How long a load takes as planned, `null` where it depends on how fast the target answers (`iterations`). */
export function plannedDurationMs(load: Load): Milliseconds | null {
  if (load.shape === 'iterations') return null;
  const steps = load.shape === 'stages' ? load.stages : 'steps' in load ? load.steps : [load];
  return steps.reduce((sum, { duration }) => sum + milliseconds(duration), 0);
}

/**
 * Until when each of `of` generators that share stages has a user: k6 spreads users one by one, so each has one while there
 * are as many as generators, and one that has lost its last is done, though the whole is not.
 */
export function lastUserMs(stages: readonly Stage[], of: number): Milliseconds {
  let [from, elapsed, last] = [0, 0, 0];
  for (const { duration, target: to } of stages) {
    const length = milliseconds(duration);
    if (to >= of) last = elapsed + length;
    else if (from >= of) last = elapsed + length * ((from - of + 1) / (from - to));
    [from, elapsed] = [to, elapsed + length];
  }
  return last;
}

/** The steps of a load, each judged apart in the report; none where the load is constant. */
export function stagesOf(load: Load): Stage[] {
  if (load.shape === 'stages') return load.stages;
  return 'steps' in load ? load.steps : [];
}

/** The area under a ramp from 0 through its steps: requests of a ramping rate, user seconds of ramping users. */
export function rampArea(steps: readonly Stage[]): number {
  let from = 0;
  let area = 0;
  for (const { duration, target: to } of steps) {
    area += ((from + to) / 2) * (milliseconds(duration) / 1_000);
    from = to;
  }
  return area;
}

function milliseconds(duration: Duration): Milliseconds {
  return parseDuration(duration) ?? 0;
}
