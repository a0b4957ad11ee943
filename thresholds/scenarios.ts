/**
 * Load and limits of every scenario: the guide's "Test Scenarios" and its k6 script. An environment's file changes
 * what it needs to; everything else stands here.
 */
import type { LoadProfile, ScenarioName, ScenarioProfile } from './types.ts';

const errorRate = 0.01;

/** A load in which only what a scenario stands for differs. */
function load(users: number, total: number, profile: Pick<LoadProfile, 'shape' | 'stages'>): LoadProfile {
  return {
    ...profile,
    iterations: { total, users, maxDuration: '10m' },
    rate: { perSecond: users, duration: '1m', users },
  };
}

export const scenarios: Readonly<Record<ScenarioName, ScenarioProfile>> = {
  /** Does it work at all? */
  smoke: {
    load: load(1, 20, { shape: 'iterations', stages: [{ duration: '30s', target: 1 }] }),
    limits: { errorRate },
  },
  light: {
    load: load(5, 100, { shape: 'iterations', stages: ramp(5) }),
    limits: { p95Ms: 50, errorRate },
  },
  medium: {
    load: load(10, 1_000, { shape: 'iterations', stages: ramp(10) }),
    limits: { p95Ms: 100, errorRate },
  },
  heavy: {
    load: load(50, 5_000, { shape: 'stages', stages: ramp(50) }),
    limits: { p95Ms: 150, errorRate },
  },
  stress: {
    load: load(100, 10_000, { shape: 'stages', stages: ramp(100) }),
    limits: { p95Ms: 200, errorRate },
  },
  /** The guide's k6 script as it stands, its `errors` included: an answer over 150 ms is one. */
  ramp: {
    load: load(100, 10_000, {
      shape: 'stages',
      stages: [
        { duration: '30s', target: 10 },
        { duration: '1m', target: 50 },
        { duration: '30s', target: 100 },
        { duration: '1m', target: 100 },
        { duration: '30s', target: 0 },
      ],
    }),
    limits: { p95Ms: 150, errorRate, slowIsError: true },
  },
  /** The guide's load-test command. */
  'load-test': {
    load: load(10, 1_000, { shape: 'iterations', stages: ramp(10) }),
    limits: { p95Ms: 150, errorRate },
  },
};

function ramp(users: number) {
  return [
    { duration: '30s', target: users },
    { duration: '1m', target: users },
    { duration: '15s', target: 0 },
  ];
}
