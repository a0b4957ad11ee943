/** What a run that looks for capacity came to. */
import * as v from 'valibot';
import { cost } from './cost.ts';
import { about, count, ends, flags, ms, share } from './fields.ts';

const rate = about('requests a second', v.number());

/** A number over blocks, or the side from which it is known. */
const bounded = v.object({
  kind: v.picklist(['estimate', 'at least', 'at most', 'not known']),
  value: v.nullable(v.number()),
  interval: about('95 % interval of an estimate', ends),
  bounds: about(
    'the one-sided bounds that decide',
    v.object({ lower: v.nullable(v.number()), upper: v.nullable(v.number()) }),
  ),
});

/** One arm of a capacity run. */
const capacityArm = v.object({
  name: v.string(),
  flags,
  perSecond: about(
    'the rate at which 5 % of the requests of all tries are slow, or the mean end of the climbs where these do not tell it; requests a second',
    bounded,
  ),
  limitedBy: about(
    'why there is no number; null where the target was the limit',
    v.nullable(v.picklist(['ceiling', 'generator', 'first rung'])),
  ),
  blocks: about(
    'where the climb of each whole block ended',
    v.array(
      v.object({
        kind: v.picklist(['crossed', 'at least', 'at most', 'not known']),
        perSecond: v.nullable(rate),
      }),
    ),
  ),
  tries: about(
    'every try, in the order of the climbs',
    v.array(
      v.object({
        block: about('from 1', count),
        perSecond: rate,
        p95Ms: about('one without an answer counts as the time-out', ms),
        slowShare: v.optional(
          about(
            'of the requests, those slower than P95 may be or kept from being sent by an overload',
            share,
          ),
        ),
        errorRate: share,
        latenessMs: about('p99 of planned to real start of a request', ms),
        requests: count,
        outcome: v.picklist(['within', 'over', 'late']),
      }),
    ),
  ),
});

export const capacity = v.object({
  verdict: v.object({
    kind: v.picklist(['MEASURED', 'PASS', 'FAIL', 'INCONCLUSIVE', 'INVALID', 'INTERRUPTED']),
    exitCode: count,
    reasons: v.array(v.string()),
  }),
  limits: about('what must hold at a rate', v.object({ p95Ms: ms, errorRate: share })),
  maxLossShare: about('null: not gated', v.nullable(share)),
  minPerSecond: about('what the treatment must hold; null: not gated', v.nullable(rate)),
  firstPerSecond: rate,
  ceilingPerSecond: rate,
  loss: about(
    "the share of the baseline's capacity that the treatment costs; negative where it holds more",
    bounded,
  ),
  baseline: v.string(),
  treatment: v.string(),
  sameFlags: about('both arms had the same flags', v.boolean()),
  arms: v.array(capacityArm),
  costs: about(
    'the most requests that the arms finish in a second, in any try of a block',
    v.optional(v.array(cost)),
  ),
  plannedBlocks: count,
  measuredBlocks: count,
  deployments: about(
    'where each arm had a deployment of its own',
    v.optional(
      v.object({
        urls: about('by arm', v.record(v.string(), v.string())),
        crossed: about('in half of the blocks they had exchanged their settings', v.boolean()),
        loss: about(
          "what the treatment's deployment itself costs of the capacity of the baseline's",
          v.nullable(bounded),
        ),
      }),
    ),
  ),
  flagsRestored: about('null where nothing was switched', v.nullable(v.boolean())),
});
