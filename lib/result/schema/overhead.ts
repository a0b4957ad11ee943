/** What an experiment on overhead came to. */
import * as v from 'valibot';
import { FURTHER_TIMES } from '../../metrics/latency-metrics.ts';
import { cost } from './cost.ts';
import { about, bounds, count, flags, interval, latency, ms, share } from './fields.ts';

/** One arm of an overhead experiment. */
const arm = v.object({
  name: v.string(),
  flags,
  p95Ms: about('of all requests; one without an answer counts as the time-out', v.nullable(ms)),
  requests: count,
  errors: about('requests without a successful answer', count),
  latency: v.nullable(latency),
  stalls: about(
    'runs of slow requests: how many, the share of the slow requests in them, their typical length',
    v.optional(v.object({ count, share, typicalMs: v.nullable(ms) })),
  ),
  blocks: v.array(
    v.nullable(
      v.object({
        p95Ms: ms,
        requests: count,
        slow: about(
          "when requests were slower than the arm's P95: of each slice of the arm none (0), up to a third (1), up to two thirds (2), more (3)",
          v.optional(v.object({ sliceMs: ms, levels: v.array(count) })),
        ),
        startedAtMs: about(
          'when its requests began, in milliseconds since 1970; absent where runs are blocks',
          v.optional(v.nullable(v.number())),
        ),
      }),
    ),
  ),
});

export const overhead = v.object({
  mode: v.picklist(['toggle', 'header', 'runs']),
  budgetMs: about("of P95; where it is a share of the baseline's, of what was measured of that", ms),
  budget: about('that of P95 as it was set, where it is a share', v.optional(v.string())),
  baseline: v.string(),
  treatment: v.string(),
  sameFlags: about('an A/A run: both arms had the same flags', v.boolean()),
  verdict: v.object({
    kind: v.picklist(['PASS', 'FAIL', 'INCONCLUSIVE', 'INVALID', 'NOISE_FLOOR', 'INTERRUPTED']),
    exitCode: count,
    reasons: v.array(v.string()),
    moreBlocks: about('blocks that would settle an INCONCLUSIVE; null: none would', v.nullable(count)),
    moreMinutes: about(
      'how long those blocks take; absent where runs are blocks',
      v.optional(v.nullable(v.number())),
    ),
    isRough: about(
      'so few separate spells of slow requests were seen that it may take many times as many',
      v.optional(v.boolean()),
    ),
    noiseFloorMs: v.nullable(ms),
  }),
  budgets: about(
    'each budget, where there is another than one of P95 in milliseconds',
    v.optional(
      v.array(
        v.object({
          level: about('of the percentile, 0.95 for P95', share),
          budget: about('as it was set', v.string()),
          budgetMs: ms,
          overheadMs: v.number(),
          bounds: v.nullable(bounds),
          outcome: v.picklist(['kept', 'crossed', 'open']),
        }),
      ),
    ),
  ),
  curve: about(
    'the overhead from P50 to P99; each 95 % interval is that of its point alone',
    v.optional(v.array(v.object({ level: share, overheadMs: v.number(), interval: v.nullable(bounds) }))),
  ),
  estimateMs: about('P95 of the treatment - P95 of the baseline', v.nullable(v.number())),
  interval,
  bounds: about('the one-sided bounds that decide', v.nullable(bounds)),
  standardErrorMs: v.nullable(ms),
  arms: v.array(arm),
  differencesMs: v.array(v.nullable(v.number())),
  orders: about('the order of two arms in each measured block', v.array(v.string())),
  costs: about('by arm, besides latency; without those not known', v.optional(v.array(cost))),
  guards: v.array(v.object({ name: v.string(), held: v.boolean(), message: v.string() })),
  plannedBlocks: count,
  measuredBlocks: count,
  savedShare: about('share of the planned blocks that the early stop saved', share),
  noise: about(
    'by how much P95 of neighbouring equal arms differs; null where there are none',
    v.optional(v.nullable(v.object({ pairs: count, medianMs: ms, mostMs: ms }))),
  ),
  times: about(
    'beside the latency that decides: the answer to the request itself, what polling may add, what the server says that it took, and what it does not say',
    v.optional(
      v.array(
        v.object({
          name: v.picklist(FURTHER_TIMES),
          arms: v.array(v.object({ name: v.string(), count, p50Ms: ms, p95Ms: ms })),
          differences: v.array(v.object({ level: share, valueMs: v.number(), interval: bounds })),
        }),
      ),
    ),
  ),
  deployments: about(
    'where each arm had a deployment of its own',
    v.optional(
      v.object({
        urls: about('by arm', v.record(v.string(), v.string())),
        crossed: about(
          'in half of each block they had exchanged their settings, so that the overhead is without their own difference',
          v.boolean(),
        ),
        differenceMs: about(
          "P95 on the treatment's deployment - P95 on the baseline's, whatever their settings",
          v.nullable(v.number()),
        ),
        interval,
      }),
    ),
  ),
  flagsRestored: about('null where nothing was switched', v.nullable(v.boolean())),
});
