/**
 * Which flag costs what? The overhead experiment with an arm for each combination of the flags, in shares that add up to
 * the overhead; judged as it is. Plan: thresholds/attribution.ts.
 *
 *   k6 run dist/attribution.js [-e TEST_ENV=staging] [-e DESIGN=half] [-e MODE=header]
 */
import { attributionTest } from '../lib/k6/attribution-script.ts';

const test = attributionTest();

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
