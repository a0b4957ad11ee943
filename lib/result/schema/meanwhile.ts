/** What was seen beside the load: the target's own numbers, the load generator's, and both over time. */
import * as v from 'valibot';
import { about, count, ms } from './fields.ts';

/** Values over time: seconds from the start of the run, and the value then. */
const points = v.array(v.tuple([v.number(), v.number()]));

/** What the target said about itself during the run. */
export const monitor = v.object({
  intervalMs: ms,
  endpoints: v.array(
    v.object({
      path: v.string(),
      polls: count,
      unknown: about('numbers that no pattern names; left out where that was not counted', v.optional(count)),
      problem: about('why it could not be read; null: it could', v.nullable(v.string())),
    }),
  ),
  series: v.array(
    v.object({
      name: v.string(),
      unit: v.string(),
      source: about('the endpoint that it is read from', v.string()),
      samples: about('null where k6 keeps no count of them', v.nullable(count)),
      min: v.number(),
      mean: about('null where only k6 itself kept the values', v.nullable(v.number())),
      max: v.number(),
      last: v.number(),
      slopePerMinute: about(
        'robust slope (Theil-Sen) in units a minute; null where none is computed',
        v.nullable(v.number()),
      ),
      points: about('null under plain k6 run', v.nullable(points)),
    }),
  ),
  drainMs: about(
    'how long the queues took to empty after the load; null where that was not seen',
    v.nullable(ms),
  ),
  targetErrors: about(
    'errors that the target reported during the run',
    v.array(v.object({ message: v.string(), count })),
  ),
});

/** The load generator's own health, as the command line sees it. */
export const generator = v.object({
  meanCpus: about('processors kept busy', v.nullable(v.number())),
  peakCpus: v.nullable(v.number()),
  peakResidentBytes: v.nullable(count),
  droppedIterations: count,
});

/** Latency, requests and errors over time. */
export const timeline = v.object({
  periodSeconds: v.number(),
  startedAtMs: about(
    'second 0, in milliseconds since 1970; absent where it is not known',
    v.optional(v.number()),
  ),
  series: v.array(
    v.object({
      name: v.string(),
      unit: v.string(),
      arm: about('null: of all requests', v.nullable(v.string())),
      points,
    }),
  ),
});
