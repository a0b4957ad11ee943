/**
 * The one result of a run: its schema (published as JSON Schema in docs/), and its type. JSON and text are written from
 * it at the end of a run; every other report is made from the JSON.
 */
import * as v from 'valibot';
import { AGGREGATES, expression, OPERATORS } from '../gates/gates.ts';
import { FURTHER_TIMES } from '../metrics/latency-metrics.ts';
import { COST_NAMES } from '../metrics/overhead-metrics.ts';
import { parseJson } from '../format/plain-json.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

const ms = v.pipe(v.number(), v.description('milliseconds'));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description('a share from 0 to 1'));
const settingValue = v.union([v.boolean(), v.number(), v.string()]);
const flags = v.record(v.string(), settingValue);
const settings = v.object({
  values: v.record(v.string(), v.object({ off: settingValue, on: settingValue })),
  main: v.pipe(v.nullable(v.string()), v.description('the setting without which the others do nothing')),
  arms: v.pipe(v.record(v.string(), flags), v.description('the arms that have names of their own')),
});

/**
 * Latency of some requests: k6's `http_req_duration`, which is sending + waiting + receiving without connecting, unless
 * `configuration.latency` says that another time decides.
 */
const latency = v.object({
  count,
  minMs: ms,
  meanMs: ms,
  maxMs: ms,
  p50Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  quantilesMs: v.pipe(
    v.array(v.number()),
    v.description('the quantile function at `latency.levels`, in milliseconds'),
  ),
});

const gate = v.object({
  name: v.string(),
  kind: v.picklist(['limit', 'floor']),
  metric: v.pipe(v.string(), v.description("k6's metric with its tags")),
  threshold: v.pipe(v.string(), v.description("k6's threshold expression")),
  aggregate: v.pipe(
    v.optional(v.nullable(v.picklist(AGGREGATES)), null),
    v.description("k6's name of what is judged of the metric"),
  ),
  operator: v.optional(v.nullable(v.picklist(OPERATORS)), null),
  limit: v.number(),
  observed: v.pipe(v.nullable(v.number()), v.description('null where no sample was seen')),
  unit: v.picklist([
    'ms',
    'share',
    'requests',
    'verdicts',
    'entries a minute',
    'MB a minute',
    'errors',
    'entries',
    'looks',
    'MB',
    'blocks',
  ]),
  status: v.picklist(['passed', 'failed', 'too few samples', 'not gated']),
});

const bounds = v.object({ lowerMs: ms, upperMs: ms });

/** One arm of an overhead experiment. */
const arm = v.object({
  name: v.string(),
  flags,
  p95Ms: v.pipe(
    v.nullable(ms),
    v.description('of all requests; one without an answer counts as the time-out'),
  ),
  requests: count,
  errors: v.pipe(count, v.description('requests without a successful answer')),
  latency: v.nullable(latency),
  stalls: v.pipe(
    v.optional(v.object({ count, share, typicalMs: v.nullable(ms) })),
    v.description(
      'runs of slow requests: how many, the share of the slow requests in them, their typical length',
    ),
  ),
  blocks: v.array(
    v.nullable(
      v.object({
        p95Ms: ms,
        requests: count,
        slow: v.pipe(
          v.optional(v.object({ sliceMs: ms, levels: v.array(count) })),
          v.description(
            "when requests were slower than the arm's P95: of each slice of the arm none (0), up to a third (1), up to two thirds (2), more (3)",
          ),
        ),
        startedAtMs: v.pipe(
          v.optional(v.nullable(v.number())),
          v.description('when its requests began, in milliseconds since 1970; absent where runs are blocks'),
        ),
      }),
    ),
  ),
});

/** What an arm costs besides latency: means over blocks. */
const cost = v.object({
  cost: v.picklist(COST_NAMES),
  unit: v.string(),
  baseline: v.number(),
  treatment: v.number(),
  value: v.pipe(v.number(), v.description('treatment - baseline')),
  interval: v.pipe(
    v.nullable(v.object({ lower: v.number(), upper: v.number() })),
    v.description("95 % interval, by Student's t over the blocks' differences"),
  ),
  blocks: v.pipe(count, v.description('in which it is known of both arms')),
  limit: v.pipe(v.nullable(v.number()), v.description('of treatment - baseline; null: not gated')),
});

const overhead = v.object({
  mode: v.picklist(['toggle', 'header', 'runs']),
  budgetMs: v.pipe(
    ms,
    v.description("of P95; where it is a share of the baseline's, of what was measured of that"),
  ),
  baseline: v.string(),
  treatment: v.string(),
  sameFlags: v.pipe(v.boolean(), v.description('an A/A run: both arms had the same flags')),
  verdict: v.object({
    kind: v.picklist(['PASS', 'FAIL', 'INCONCLUSIVE', 'INVALID', 'NOISE_FLOOR', 'INTERRUPTED']),
    exitCode: count,
    reasons: v.array(v.string()),
    moreBlocks: v.pipe(
      v.nullable(count),
      v.description('blocks that would settle an INCONCLUSIVE; null: none would'),
    ),
    moreMinutes: v.pipe(
      v.optional(v.nullable(v.number())),
      v.description('how long those blocks take; absent where runs are blocks'),
    ),
    noiseFloorMs: v.nullable(ms),
  }),
  budgets: v.pipe(
    v.optional(
      v.array(
        v.object({
          level: v.pipe(share, v.description('of the percentile, 0.95 for P95')),
          budget: v.pipe(v.string(), v.description('as it was set')),
          budgetMs: ms,
          overheadMs: v.number(),
          bounds: v.nullable(bounds),
          outcome: v.picklist(['kept', 'crossed', 'open']),
        }),
      ),
    ),
    v.description('each budget, where there is another than one of P95 in milliseconds'),
  ),
  curve: v.pipe(
    v.optional(v.array(v.object({ level: share, overheadMs: v.number(), interval: v.nullable(bounds) }))),
    v.description('the overhead from P50 to P99; each 95 % interval is that of its point alone'),
  ),
  estimateMs: v.pipe(v.nullable(v.number()), v.description('P95 of the treatment - P95 of the baseline')),
  interval: v.pipe(v.nullable(bounds), v.description('95 % interval')),
  bounds: v.pipe(v.nullable(bounds), v.description('the one-sided bounds that decide')),
  standardErrorMs: v.nullable(ms),
  arms: v.array(arm),
  differencesMs: v.array(v.nullable(v.number())),
  orders: v.pipe(v.array(v.string()), v.description('the order of two arms in each measured block')),
  costs: v.pipe(v.optional(v.array(cost)), v.description('by arm, besides latency; without those not known')),
  guards: v.array(v.object({ name: v.string(), held: v.boolean(), message: v.string() })),
  plannedBlocks: count,
  measuredBlocks: count,
  savedShare: v.pipe(share, v.description('share of the planned blocks that the early stop saved')),
  noise: v.pipe(
    v.optional(v.nullable(v.object({ pairs: count, medianMs: ms, mostMs: ms }))),
    v.description('by how much P95 of neighbouring equal arms differs; null where there are none'),
  ),
  times: v.pipe(
    v.optional(
      v.array(
        v.object({
          name: v.picklist(FURTHER_TIMES),
          arms: v.array(v.object({ name: v.string(), count, p50Ms: ms, p95Ms: ms })),
          differences: v.array(v.object({ level: share, valueMs: v.number(), interval: bounds })),
        }),
      ),
    ),
    v.description(
      'beside the latency that decides: the answer to the request itself, what polling may add, what the server says that it took, and what it does not say',
    ),
  ),
  deployments: v.pipe(
    v.optional(
      v.object({
        urls: v.pipe(v.record(v.string(), v.string()), v.description('by arm')),
        crossed: v.pipe(
          v.boolean(),
          v.description(
            'in half of each block they had exchanged their settings, so that the overhead is without their own difference',
          ),
        ),
        differenceMs: v.pipe(
          v.nullable(v.number()),
          v.description("P95 on the treatment's deployment - P95 on the baseline's, whatever their settings"),
        ),
        interval: v.pipe(v.nullable(bounds), v.description('95 % interval')),
      }),
    ),
    v.description('where each arm had a deployment of its own'),
  ),
  flagsRestored: v.pipe(v.nullable(v.boolean()), v.description('null where nothing was switched')),
});

/** A part of the overhead, in milliseconds at P95; below 0 it makes requests faster. */
const share95 = {
  shareMs: ms,
  interval: v.pipe(v.nullable(bounds), v.description('95 % interval')),
  isCause: v.pipe(v.boolean(), v.description('it costs, and chance does not explain it')),
  isSaving: v.pipe(v.boolean(), v.description('it saves, and chance does not explain it')),
};

/** What of the overhead is there only because the whole system is switched: requests wait for each other. */
const capacityShare = v.object({
  beside: v.pipe(v.string(), v.description('start of the whole-system run that it is taken from')),
  wholeMs: v.pipe(ms, v.description('overhead of the whole-system run')),
  directMs: v.pipe(ms, v.description('overhead by request header')),
  shareMs: ms,
  interval: v.nullable(bounds),
  shares: v.pipe(
    v.array(v.object({ flag: v.string(), shareMs: ms, interval: v.nullable(bounds) })),
    v.description('by flag; empty where the whole-system run had two arms'),
  ),
});

/** Which flag costs what. */
const attribution = v.object({
  design: v.picklist(['full', 'half', 'fraction']),
  of: v.pipe(
    v.picklist(['whole system', 'direct']),
    v.description('direct: switched by request, without what requests wait for each other'),
  ),
  shares: v.pipe(
    v.array(v.object({ flag: v.string(), ...share95 })),
    v.description('largest first; with `rest` and `together` they add up to the overhead'),
  ),
  rest: v.pipe(
    v.nullable(v.object(share95)),
    v.description('only the main setting on, against everything off; null where there is none'),
  ),
  together: v.optional(
    v.pipe(
      v.nullable(v.object(share95)),
      v.description('what three or more cost only together; null where the shares hold it'),
    ),
    null,
  ),
  interactions: v.pipe(
    v.array(
      v.object({
        flags: v.array(v.string()),
        orOf: v.pipe(
          v.nullable(v.array(v.string())),
          v.description('the pairs that the combinations cannot tell it from, one after the other'),
        ),
        ...share95,
      }),
    ),
    v.description('what two flags cost together beyond each alone; without those that chance explains'),
  ),
  capacity: v.pipe(v.nullable(capacityShare), v.description('null unless taken beside a whole-system run')),
});

const rate = v.pipe(v.number(), v.description('requests a second'));

/** A number over blocks, or the side from which it is known. */
const bounded = v.object({
  kind: v.picklist(['estimate', 'at least', 'at most', 'not known']),
  value: v.nullable(v.number()),
  interval: v.pipe(
    v.nullable(v.object({ lower: v.number(), upper: v.number() })),
    v.description('95 % interval of an estimate'),
  ),
  bounds: v.pipe(
    v.object({ lower: v.nullable(v.number()), upper: v.nullable(v.number()) }),
    v.description('the one-sided bounds that decide'),
  ),
});

/** One arm of a capacity run. */
const capacityArm = v.object({
  name: v.string(),
  flags,
  perSecond: v.pipe(bounded, v.description('the highest rate that it holds, in requests a second')),
  limitedBy: v.pipe(
    v.nullable(v.picklist(['ceiling', 'generator', 'first rung'])),
    v.description('why there is no number; null where the target was the limit'),
  ),
  blocks: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(['crossed', 'at least', 'at most', 'not known']),
        perSecond: v.nullable(rate),
      }),
    ),
    v.description('where each whole block ended'),
  ),
  tries: v.pipe(
    v.array(
      v.object({
        block: v.pipe(count, v.description('from 1')),
        perSecond: rate,
        p95Ms: v.pipe(ms, v.description('one without an answer counts as the time-out')),
        errorRate: share,
        latenessMs: v.pipe(ms, v.description('p99 of planned to real start of a request')),
        requests: count,
        outcome: v.picklist(['within', 'over', 'late']),
      }),
    ),
    v.description('every try, in the order of the climbs'),
  ),
});

const capacity = v.object({
  verdict: v.object({
    kind: v.picklist(['MEASURED', 'PASS', 'FAIL', 'INCONCLUSIVE', 'INVALID', 'INTERRUPTED']),
    exitCode: count,
    reasons: v.array(v.string()),
  }),
  limits: v.pipe(v.object({ p95Ms: ms, errorRate: share }), v.description('what must hold at a rate')),
  maxLossShare: v.pipe(v.nullable(share), v.description('null: not gated')),
  minPerSecond: v.pipe(v.nullable(rate), v.description('what the treatment must hold; null: not gated')),
  firstPerSecond: rate,
  ceilingPerSecond: rate,
  loss: v.pipe(
    bounded,
    v.description(
      "the share of the baseline's capacity that the treatment costs; negative where it holds more",
    ),
  ),
  baseline: v.string(),
  treatment: v.string(),
  sameFlags: v.pipe(v.boolean(), v.description('both arms had the same flags')),
  arms: v.array(capacityArm),
  costs: v.pipe(
    v.optional(v.array(cost)),
    v.description('the most requests that the arms finish in a second, in any try of a block'),
  ),
  plannedBlocks: count,
  measuredBlocks: count,
  deployments: v.pipe(
    v.optional(
      v.object({
        urls: v.pipe(v.record(v.string(), v.string()), v.description('by arm')),
        crossed: v.pipe(
          v.boolean(),
          v.description('in half of the blocks they had exchanged their settings'),
        ),
        loss: v.pipe(
          v.nullable(bounded),
          v.description("what the treatment's deployment itself costs of the capacity of the baseline's"),
        ),
      }),
    ),
    v.description('where each arm had a deployment of its own'),
  ),
  flagsRestored: v.pipe(v.nullable(v.boolean()), v.description('null where nothing was switched')),
});

/** Values over time: seconds from the start of the run, and the value then. */
const points = v.array(v.tuple([v.number(), v.number()]));

/** What the target said about itself during the run. */
const monitor = v.object({
  intervalMs: ms,
  endpoints: v.array(
    v.object({
      path: v.string(),
      polls: count,
      unknown: v.pipe(
        v.optional(count),
        v.description('numbers that no pattern names; left out where that was not counted'),
      ),
      problem: v.pipe(v.nullable(v.string()), v.description('why it could not be read; null: it could')),
    }),
  ),
  series: v.array(
    v.object({
      name: v.string(),
      unit: v.string(),
      source: v.pipe(v.string(), v.description('the endpoint that it is read from')),
      samples: v.pipe(v.nullable(count), v.description('null where k6 keeps no count of them')),
      min: v.number(),
      mean: v.pipe(v.nullable(v.number()), v.description('null where only k6 itself kept the values')),
      max: v.number(),
      last: v.number(),
      slopePerMinute: v.pipe(
        v.nullable(v.number()),
        v.description('robust slope (Theil-Sen) in units a minute; null where none is computed'),
      ),
      points: v.pipe(v.nullable(points), v.description('null under plain k6 run')),
    }),
  ),
  drainMs: v.pipe(
    v.nullable(ms),
    v.description('how long the queues took to empty after the load; null where that was not seen'),
  ),
  targetErrors: v.pipe(
    v.array(v.object({ message: v.string(), count })),
    v.description('errors that the target reported during the run'),
  ),
});

/** The load generator's own health, as the command line sees it. */
const generator = v.object({
  meanCpus: v.pipe(v.nullable(v.number()), v.description('processors kept busy')),
  peakCpus: v.nullable(v.number()),
  peakResidentBytes: v.nullable(count),
  droppedIterations: count,
});

/** Latency, requests and errors over time. */
const timeline = v.object({
  periodSeconds: v.number(),
  startedAtMs: v.pipe(
    v.optional(v.number()),
    v.description('second 0, in milliseconds since 1970; absent where it is not known'),
  ),
  series: v.array(
    v.object({
      name: v.string(),
      unit: v.string(),
      arm: v.pipe(v.nullable(v.string()), v.description('null: of all requests')),
      points,
    }),
  ),
});

const perRequest = v.pipe(v.number(), v.description('microseconds of CPU a request'));
const times = v.object({ baselineUs: perRequest, treatmentUs: perRequest });

/** CPU profiles of a Node.js target in two arms, taken after the experiment. */
const profile = v.object({
  inspector: v.pipe(v.string(), v.description("the address of the target's inspector, or of its profiles")),
  format: v.pipe(
    v.optional(v.picklist(['cpuprofile', 'pprof'])),
    v.description('of the files; absent: cpuprofile'),
  ),
  nodeVersion: v.pipe(v.optional(v.string()), v.description('absent where it is not Node.js')),
  intervalUs: v.pipe(v.number(), v.description('microseconds between two samples')),
  flag: v.pipe(
    v.nullable(v.string()),
    v.description('the one flag in which the arms differ; null: they are those of the experiment'),
  ),
  baseline: v.string(),
  treatment: v.string(),
  arms: v.array(
    v.object({
      name: v.string(),
      flags,
      file: v.pipe(v.string(), v.description('the .cpuprofile beside the result')),
      seconds: v.number(),
      requests: v.pipe(count, v.description('that reached the process while it was profiled')),
      samples: count,
      busyShare: v.pipe(
        v.optional(share),
        v.description('share of the time that the main thread of Node.js was not idle'),
      ),
      cpuUs: perRequest,
      eventLoopDelay: v.optional(v.object({ meanMs: ms, p50Ms: ms, p99Ms: ms, maxMs: ms })),
      collections: v.pipe(
        v.optional(v.object({ count, totalMs: ms, longestMs: ms })),
        v.description('garbage collections of Node.js'),
      ),
    }),
  ),
  packages: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        kind: v.picklist(['package', 'application', 'node', 'gc', 'native']),
        self: times,
        charged: v.pipe(times, v.description('with the code of Node.js that it calls')),
      }),
    ),
    v.description('by what the treatment adds, largest first'),
  ),
  functions: v.array(v.object({ name: v.string(), package: v.string(), file: v.string(), charged: times })),
  flame: v.pipe(
    v.array(
      v.object({
        parent: v.pipe(v.number(), v.integer(), v.description('index of the caller; -1: none')),
        name: v.string(),
        package: v.string(),
        total: v.pipe(times, v.description('with all that it calls')),
      }),
    ),
    v.description("the largest frames of the treatment's profile"),
  ),
});

/** What to change in the target, with the numbers that say so. */
const recommendation = v.object({
  rule: v.string(),
  title: v.string(),
  evidence: v.array(v.string()),
  change: v.string(),
  guide: v.pipe(v.string(), v.description('where the guide speaks of it')),
});

/** One load generator's part of a run, and what merging needs of it beyond a result. */
const part = v.object({
  index: v.pipe(count, v.description('from 1')),
  of: count,
  runId: v.pipe(v.nullable(v.string()), v.description('RUN_ID; null where it was not given')),
  segment: v.pipe(
    v.nullable(v.string()),
    v.description("k6's execution segment and its sequence; null where setup did not run"),
  ),
  iterations: v.pipe(count, v.description('iterations of the load that this part ended')),
  judged: v.pipe(count, v.description('iterations whose answer was judged')),
  errors: v.pipe(count, v.description('of these, failed ones')),
});

export const runResultSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  run: v.object({
    scenario: v.string(),
    environment: v.string(),
    thresholds: v.pipe(v.string(), v.description('hash of thresholds/ as the bundle was built')),
    build: v.optional(
      v.pipe(
        v.nullable(v.string()),
        v.description('hash of the sources of the bundle; null where it is not known'),
      ),
      null,
    ),
    commit: v.pipe(
      v.nullable(v.string()),
      v.description('commit of the system under test where CI names it, else of the suite'),
    ),
    machineClass: v.pipe(
      v.optional(v.nullable(v.string()), null),
      v.description('kind of the machine that loaded (MACHINE_CLASS); null where none said it'),
    ),
    k6Version: v.nullable(v.string()),
    startedAt: v.pipe(v.string(), v.isoTimestamp()),
    durationMs: ms,
    plannedDurationMs: v.pipe(v.nullable(ms), v.description('null where it depends on the target')),
    complete: v.pipe(v.boolean(), v.description('false where the run ended before its plan')),
    part: v.optional(
      v.pipe(v.nullable(part), v.description('which part of the load this is; null: all of it')),
      null,
    ),
    generators: v.optional(
      v.pipe(count, v.description('load generators whose parts were merged into this result')),
      1,
    ),
  }),
  configuration: v.object({
    baseUrl: v.string(),
    method: v.string(),
    endpoint: v.string(),
    load: v.record(v.string(), v.unknown()),
    limits: v.record(v.string(), v.unknown()),
    payload: v.string(),
    success: v.record(v.string(), v.unknown()),
    latency: v.pipe(
      v.optional(v.picklist(['answer', 'firstByte', 'completion'])),
      v.description('which time of a request decides; absent: the whole answer'),
    ),
    completion: v.pipe(
      v.optional(v.record(v.string(), v.unknown())),
      v.description('how workflows are followed to their end'),
    ),
    timeoutMs: ms,
    auth: v.pipe(v.string(), v.description('where the token came from, never the token')),
    seed: count,
    settings: v.optional(
      v.pipe(settings, v.description('what arms differ in; older results are of thresholds/settings.ts')),
    ),
    flags: v.pipe(
      v.nullable(flags),
      v.description('values of settings asked for; null: the target was left as it was'),
    ),
    switchedBy: v.pipe(
      v.nullable(v.picklist(['call', 'command', 'deployments', 'header', 'label', 'admin'])),
      v.description(
        'command: from outside the run, and the target named the flags before and after it; label: the target could not be switched, the flags only label this result; admin: a call, in older results',
      ),
    ),
  }),
  outcome: v.object({
    status: v.pipe(
      v.picklist([
        'passed',
        'failed',
        'not gated',
        'inconclusive',
        'invalid',
        'noise floor',
        'interrupted',
        'not run',
        'broken report',
      ]),
      v.description("'not run': setup ended the run before any load"),
    ),
    reason: v.string(),
  }),
  requests: v.object({
    total: count,
    successful: count,
    perSecond: v.number(),
    errorRate: v.nullable(share),
    refused: v.pipe(share, v.description('share of requests that were refused or never left: 0 ms in k6')),
    droppedIterations: count,
    rateLimited: v.pipe(v.optional(count), v.description('requests answered 429; absent where not known')),
  }),
  latency: v.object({
    levels: v.pipe(v.array(share), v.description('the levels at which every quantile function stands')),
    successful: v.nullable(latency),
    all: v.pipe(
      v.nullable(latency),
      v.description('every answer and time-out; refused connections left out'),
    ),
    times: v.pipe(
      v.optional(v.array(v.object({ name: v.picklist(['answer', 'polling']), latency }))),
      v.description(
        'of successful requests beside the time that decides: the answer to the request, and how much too long polling may make a workflow',
      ),
    ),
    stages: v.array(
      v.object({ stage: count, duration: v.string(), target: v.number(), latency: v.nullable(latency) }),
    ),
  }),
  checks: v.array(v.object({ name: v.string(), passes: count, fails: count })),
  gates: v.array(gate),
  overhead: v.nullable(overhead),
  attribution: v.pipe(
    v.optional(v.nullable(attribution), null),
    v.description('null where the run did not ask for shares, or came to no number'),
  ),
  capacity: v.pipe(
    v.optional(v.nullable(capacity), null),
    v.description('null where the run did not look for it'),
  ),
  monitor: v.pipe(v.nullable(monitor), v.description('null where the target was not monitored')),
  generator: v.pipe(v.nullable(generator), v.description('null under plain k6 run')),
  timeline: v.pipe(v.nullable(timeline), v.description('null under plain k6 run')),
  profile: v.pipe(
    v.optional(v.nullable(profile), null),
    v.description('null where none was taken, as under plain k6 run'),
  ),
  recommendations: v.array(recommendation),
  notes: v.pipe(v.array(v.string()), v.description('what a reader must know to read the numbers rightly')),
});

export type RunResult = v.InferOutput<typeof runResultSchema>;
export type Latency = RunResult['latency']['stages'][number]['latency'] & object;
export type OverheadResult = RunResult['overhead'] & object;
export type CostResult = (OverheadResult['costs'] & object)[number];
export type AttributionResult = RunResult['attribution'] & object;
export type Share = NonNullable<AttributionResult['rest']>;
export type CapacityResult = RunResult['capacity'] & object;
export type MonitorResult = RunResult['monitor'] & object;
export type GeneratorResult = RunResult['generator'] & object;
export type TimelineResult = RunResult['timeline'] & object;
export type ProfileResult = RunResult['profile'] & object;
export type Recommendation = RunResult['recommendations'][number];
export type GateResult = RunResult['gates'][number];

/**
 * A result read back from JSON.
 * @throws Error one line: what is wrong with the file, and where
 */
export function parseRunResult(text: string, file: string): RunResult {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: ${problem}; expected a result of this suite`, { cause: error });
  }
  const result = v.safeParse(runResultSchema, value, { abortEarly: true });
  if (result.success) return { ...result.output, gates: result.output.gates.map(withFields) };
  const [issue] = result.issues;
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'the result'}: ${issue.message}`);
}

/** A result that was written before gates had an aggregate and an operator: those whose expression it holds. */
function withFields(gate: GateResult): GateResult {
  if (gate.operator !== null) return gate;
  const { limit, threshold } = gate;
  const all = AGGREGATES.flatMap((aggregate) => OPERATORS.map((operator) => ({ aggregate, operator })));
  return { ...gate, ...all.find((one) => expression({ ...one, limit }) === threshold) };
}
