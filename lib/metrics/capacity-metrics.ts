/**
 * The metrics of a capacity run. They are the only way from the virtual user that climbs to `handleSummary`, and any k6
 * output carries them.
 */
import type { MetricTypes } from './metric-types.ts';
import { INVALID, invalidMetrics, tagged } from './overhead-metrics.ts';

/** Of each try, by arm, block and number: its rate, P95, share of slow requests and of errors, lateness of its generator, requests. */
export const TRY = {
  perSecond: 'capacity_try_per_second',
  p95Ms: 'capacity_try_p95_ms',
  slowShare: 'capacity_try_slow_share',
  errorRate: 'capacity_try_error_rate',
  latenessMs: 'capacity_try_start_lateness_p99_ms',
  /** 0: there was no such try. */
  requests: 'capacity_try_requests',
} as const;
/** The most requests that were finished in a second in any try, by arm and block. */
export const FINISHED = 'capacity_finished_per_second';
/** The capacity so far, by arm, and the share of it that the treatment costs. */
export const PER_SECOND = 'capacity_per_second';
export const LOSS = 'capacity_loss_share';
/** One when the run came to a verdict. */
export const VERDICTS = 'capacity_verdicts';
/** 1 when the verdict is FAIL: the gate. */
export const FAILED = 'capacity_failed';

/** What the virtual user that climbs records. */
export const CAPACITY_METRICS: MetricTypes = {
  [TRY.perSecond]: 'gauge',
  [TRY.p95Ms]: 'gauge of ms',
  [TRY.slowShare]: 'gauge',
  [TRY.errorRate]: 'gauge',
  [TRY.latenessMs]: 'gauge of ms',
  [TRY.requests]: 'gauge',
  [FINISHED]: 'gauge',
  [PER_SECOND]: 'gauge',
  [LOSS]: 'gauge',
  [VERDICTS]: 'counter',
  [FAILED]: 'gauge',
  [INVALID]: 'counter',
};

/** The submetric of one value of one try; blocks and tries count from 0 here and from 1 there. */
export function tryMetric(value: keyof typeof TRY, arm: string, block: number, index: number): string {
  return tagged(TRY[value], tryTags(arm, block, index));
}

export function finishedMetric(arm: string, block: number): string {
  return tagged(FINISHED, { arm, block: block + 1 });
}

export function tryTags(arm: string, block: number, index: number): Record<string, string> {
  return { arm, block: String(block + 1), try: String(index + 1) };
}

/**
 * Every submetric that the report reads; k6 keeps those only that a threshold names.
 * @param tries the most that a block may make
 */
export function capacityMetrics(
  arms: readonly { name: string }[],
  blocks: number,
  tries: number,
  settings: readonly string[],
): string[] {
  return [
    ...invalidMetrics(settings),
    ...arms.flatMap(({ name: arm }) =>
      Array.from({ length: blocks }, (_, block) => finishedMetric(arm, block)),
    ),
    ...arms.flatMap(({ name }) =>
      Array.from({ length: blocks * tries }, (_, i) =>
        (Object.keys(TRY) as (keyof typeof TRY)[]).map((value) =>
          tryMetric(value, name, Math.floor(i / tries), i % tries),
        ),
      ).flat(),
    ),
  ];
}
