/** Runs that are watched: the environment of the tests of the monitor, and what its results say. */
import assert from 'node:assert/strict';
import type { RunResult } from '../../lib/result/run-result.ts';
import { copyProject, type K6Run, type Project } from './project.ts';

/** Fast looks; every limit in one scenario, one in another, none in a third. */
const local = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  api: { timeoutMs: 1500 },
  monitor: { intervalMs: 100, timeoutMs: 400, drainMs: 100 },
  switching,
  scenarios: {
    smoke: {
      limits: {
        errorRate: 1,
        monitor: {
          queueGrowthPerMinute: 6000,
          memoryGrowthMbPerMinute: 3000,
          dbPoolShare: 0.9,
          targetErrors: 10,
          dropped: 0,
        },
      },
    },
    light: { limits: { p95Ms: 5000, errorRate: 1, monitor: { memoryGrowthMbPerMinute: 2000 } } },
    medium: { limits: { p95Ms: 5000, errorRate: 1 } },
  },
  overhead: { perSecond: 200, seconds: 1.1, settleSeconds: 0.1, warmUpSeconds: 0.2, leastSeconds: 1, blocks: 5, drainSeconds: 0.5 },
};`;

export function copyMonitored(): Promise<Project> {
  return copyProject({ 'thresholds/local.ts': local });
}

export function withResult(run: K6Run): K6Run & { result: RunResult } {
  const { result } = run;
  assert.ok(result, run.stderr);
  return { ...run, result };
}

/** The limits that were crossed. */
export const crossed = ({ gates }: RunResult) =>
  gates.filter(({ status }) => status === 'failed').map(({ name }) => name);
/** Of processor time a machine that does other work as well may run short: these are asked for by `assertTriggered` alone. */
const OF_TIME = ['blocked-event-loop', 'large-batches', 'busy-processor', 'synchronous-io'];
/** The other rules that a run has triggered. */
export const rules = ({ recommendations }: RunResult) =>
  recommendations
    .map(({ rule }) => rule)
    .filter((rule) => !OF_TIME.includes(rule))
    .sort();
