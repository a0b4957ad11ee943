/** Whether a load can reach its own sample floors, as far as that is known beforehand. */
import type { LoadConfig } from '../../lib/config/config.ts';
import { formatDuration, parseDuration } from '../../lib/format/duration.ts';
import { LEAST_REQUESTS } from '../../lib/gates/gates.ts';
import { plannedRequests, rampArea } from '../../lib/config/planned-load.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { ok, problem, type Finding } from './finding.ts';

/** What an answer is assumed to take where no limit says how long it may. */
const ASSUMED_MS: Milliseconds = 1_000;

/** The floors of a load against what its users can send if every answer takes as long as it may. */
export function planFinding({ load, limits }: Pick<LoadConfig, 'load' | 'limits'>): Finding {
  const answerMs = limits.p95Ms ?? ASSUMED_MS;
  const roundMs = answerMs + load.thinkTimeSeconds * 1_000;
  const assumed = `if each answer takes ${answerMs} ms${limits.p95Ms === undefined ? '' : ', the limit'}`;
  switch (load.shape) {
    case 'stages': {
      const expected = Math.floor((rampArea(load.stages) * 1_000) / roundMs);
      const text = `${expected} requests expected ${assumed}, at least ${LEAST_REQUESTS} needed`;
      return finding(
        expected >= LEAST_REQUESTS,
        text,
        'give STAGES more users or more time, or THINK_TIME a smaller value',
      );
    }
    case 'iterations': {
      const neededMs = Math.ceil(load.total / load.users) * roundMs;
      const text = `${load.total} requests by ${load.users} users take ${formatDuration(neededMs)} ${assumed}; they are given up after ${load.maxDuration}`;
      const isEnough = neededMs <= (parseDuration(load.maxDuration) ?? 0);
      return finding(isEnough, text, 'raise CONCURRENCY, lower ITERATIONS, or raise iterations.maxDuration');
    }
    case 'rate': {
      const peak = 'steps' in load ? Math.max(...load.steps.map(({ target }) => target)) : load.perSecond;
      const needed = Math.max(1, Math.ceil((peak * roundMs) / 1_000));
      const text = `${plannedRequests(load) ?? 0} requests planned, up to ${peak}/s: ${needed} users needed ${assumed}, ${load.users} there`;
      const remedy = 'lower RATE, or raise rate.users in thresholds/: iterations would be dropped';
      return finding(needed <= load.users, text, remedy);
    }
  }
}

function finding(isEnough: boolean, text: string, remedy: string): Finding {
  return isEnough ? ok('floors', text) : problem('floors', text, remedy);
}
