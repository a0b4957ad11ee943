/**
 * The guide's medium load. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/medium.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('medium');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
