import * as v from 'valibot';
import { about, bounds, interval, ms } from './fields.ts';

/** A part of the overhead, in milliseconds at P95; below 0 it makes requests faster. */
const share95 = {
  shareMs: ms,
  interval,
  isCause: about('it costs, and chance does not explain it', v.boolean()),
  isSaving: about('it saves, and chance does not explain it', v.boolean()),
};

/** What of the overhead is there only because the whole system is switched: requests wait for each other. */
const capacityShare = v.object({
  beside: about('start of the whole-system run that it is taken from', v.string()),
  wholeMs: about('overhead of the whole-system run', ms),
  directMs: about('overhead by request header', ms),
  shareMs: ms,
  interval: v.nullable(bounds),
  shares: about(
    'by flag; empty where the whole-system run had two arms',
    v.array(v.object({ flag: v.string(), shareMs: ms, interval: v.nullable(bounds) })),
  ),
});

/** Which flag costs what. */
export const attribution = v.object({
  design: v.picklist(['full', 'half', 'fraction']),
  of: about(
    'direct: switched by request, without what requests wait for each other',
    v.picklist(['whole system', 'direct']),
  ),
  shares: about(
    'largest first; with `rest` and `together` they add up to the overhead',
    v.array(v.object({ flag: v.string(), ...share95 })),
  ),
  rest: about(
    'only the main setting on, against everything off; null where there is none',
    v.nullable(v.object(share95)),
  ),
  together: v.optional(
    about(
      'what three or more cost only together; null where the shares hold it',
      v.nullable(v.object(share95)),
    ),
    null,
  ),
  interactions: about(
    'what two flags cost together beyond each alone; without those that chance explains',
    v.array(
      v.object({
        flags: v.array(v.string()),
        orOf: about(
          'the pairs that the combinations cannot tell it from, one after the other',
          v.nullable(v.array(v.string())),
        ),
        ...share95,
      }),
    ),
  ),
  capacity: about('null unless taken beside a whole-system run', v.nullable(capacityShare)),
});
