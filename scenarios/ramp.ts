/**
 * The guide's k6 script: its stages, thresholds, checks and think time. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/ramp.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('ramp');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
