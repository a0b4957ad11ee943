/** Arms as measured, for tests. */
import type { ArmMeasurement } from '../../lib/experiment/measurement.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { measureArm } from '../../lib/experiment/session.ts';

/** As which a request without an answer counts. */
export const NO_ANSWER_MS: Milliseconds = 10_000;

/** An arm by the latencies of its blocks. */
export function armOf(
  name: string,
  blocks: readonly (ArrayLike<Milliseconds> | null)[],
  errors = 0,
): ArmMeasurement {
  const sorted = blocks.map((block) => block && Float64Array.from(block).sort());
  return measureArm(name, sorted, errors, NO_ANSWER_MS);
}

/** An arm by the P95s of its blocks: each has requests evenly spread over `width`, so that just that is its P95. */
export function armOfP95s(
  name: string,
  p95s: readonly (Milliseconds | null)[],
  { requests = 200, width = 10 } = {},
): ArmMeasurement {
  const block = (p95: Milliseconds) =>
    Array.from({ length: requests }, (_, i) => p95 + width * (i / (requests - 1) - 0.95));
  return armOf(
    name,
    p95s.map((p95) => (p95 === null ? null : block(p95))),
  );
}
