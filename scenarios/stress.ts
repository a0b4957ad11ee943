/**
 * The guide's stress test. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/stress.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('stress');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
