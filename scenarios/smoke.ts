/**
 * Does it work at all? One user, a few requests. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/smoke.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('smoke');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
