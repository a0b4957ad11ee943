/**
 * The guide's load-test command. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/load-test.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('load-test');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
