/**
 * What is the highest rate that the target holds within its limits, with and without observability? By exit code: 0, 99
 * where a limit on it is crossed, 110 not enough evidence, 108 INVALID, 105 interrupted. Ladder and limits:
 * thresholds/capacity.ts.
 *
 *   k6 run dist/capacity.js [-e TEST_ENV=staging] [-e RATE=50] [-e BLOCKS=5] [-e P95=150]
 */
import { capacityTest } from '../lib/k6/capacity-script.ts';

const test = capacityTest();

export const { options, setup, teardown, handleSummary } = test;
export default test.iteration;
