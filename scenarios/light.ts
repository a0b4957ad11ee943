/**
 * The guide's light load. Load and limits: thresholds/scenarios.ts.
 *
 *   k6 run dist/light.js [-e TEST_ENV=staging] [-e NAME=value …]
 */
import { loadTest } from '../lib/k6/load-script.ts';

const test = loadTest('light');

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
