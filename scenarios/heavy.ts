/**
 * The guide's heavy load: the release gate. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/heavy.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('heavy');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
