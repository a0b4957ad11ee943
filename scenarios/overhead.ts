/**
 * Does observability cost less than its budget at P95? One experiment, judged by the exit code: 0 PASS, 99 FAIL,
 * 110 INCONCLUSIVE, 108 INVALID, 105 interrupted. Plan and budget: thresholds/overhead.ts.
 *
 *   k6 run dist/overhead.js [-e TEST_ENV=staging] [-e TREATMENT=<setting>] [-e BUDGET=150]
 */
import { overheadTest } from '../lib/k6/overhead-script.ts';

const test = overheadTest();

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
