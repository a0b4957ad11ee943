import * as v from 'valibot';
import { about, count, flags, ms, share } from './fields.ts';

const perRequest = about('microseconds of CPU a request', v.number());
const times = v.object({ baselineUs: perRequest, treatmentUs: perRequest });

/** CPU profiles of a Node.js target in two arms, taken after the experiment. */
export const profile = v.object({
  inspector: about("the address of the target's inspector, or of its profiles", v.string()),
  format: about('of the files; absent: cpuprofile', v.optional(v.picklist(['cpuprofile', 'pprof']))),
  nodeVersion: about('absent where it is not Node.js', v.optional(v.string())),
  intervalUs: about('microseconds between two samples', v.number()),
  flag: about(
    'the one flag in which the arms differ; null: they are those of the experiment',
    v.nullable(v.string()),
  ),
  baseline: v.string(),
  treatment: v.string(),
  arms: v.array(
    v.object({
      name: v.string(),
      flags,
      file: about('the .cpuprofile beside the result', v.string()),
      seconds: v.number(),
      requests: about('that reached the process while it was profiled', count),
      samples: count,
      busyShare: about('share of the time that the main thread of Node.js was not idle', v.optional(share)),
      cpuUs: perRequest,
      eventLoopDelay: v.optional(v.object({ meanMs: ms, p50Ms: ms, p99Ms: ms, maxMs: ms })),
      collections: about(
        'garbage collections of Node.js',
        v.optional(v.object({ count, totalMs: ms, longestMs: ms })),
      ),
    }),
  ),
  packages: about(
    'by what the treatment adds, largest first',
    v.array(
      v.object({
        name: v.string(),
        kind: v.picklist(['package', 'application', 'node', 'gc', 'native']),
        self: times,
        charged: about('with the code of Node.js that it calls', times),
      }),
    ),
  ),
  functions: v.array(v.object({ name: v.string(), package: v.string(), file: v.string(), charged: times })),
  flame: about(
    "the largest frames of the treatment's profile",
    v.array(
      v.object({
        parent: about('index of the caller; -1: none', v.pipe(v.number(), v.integer())),
        name: v.string(),
        package: v.string(),
        total: about('with all that it calls', times),
      }),
    ),
  ),
});
