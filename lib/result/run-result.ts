/**
 * The one result of a run: its schema (published as JSON Schema in docs/), and its type. JSON and text are written from
 * it at the end of a run; every other report is made from the JSON.
 */
import { messageOf } from '../format/message-of.ts';
import * as v from 'valibot';
import { AGGREGATES, expression, OPERATORS } from '../gates/gates.ts';
import { FURTHER_TIMES } from '../metrics/latency-metrics.ts';
import { COST_NAMES } from '../metrics/overhead-metrics.ts';
import { parseJson } from '../format/plain-json.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** A field with what it means, which docs/run-result.schema.json says. */
function about<T extends v.GenericSchema>(words: string, field: T) {
  return v.pipe(field, v.description(words));
}

const ms = about('milliseconds', v.number());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = about('a share from 0 to 1', v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const settingValue = v.union([v.boolean(), v.number(), v.string()]);
/** Values of settings by their names, as files hold them. */
export const flags = v.record(v.string(), settingValue);
const settings = v.object({
  values: v.record(v.string(), v.object({ off: settingValue, on: settingValue })),
  main: about('the setting without which the others do nothing', v.nullable(v.string())),
  arms: about('the arms that have names of their own', v.record(v.string(), flags)),
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
  quantilesMs: about('the quantile function at `latency.levels`, in milliseconds', v.array(v.number())),
});

const gate = v.object({
  name: v.string(),
  kind: v.picklist(['limit', 'floor']),
  metric: about("k6's metric with its tags", v.string()),
  threshold: about("k6's threshold expression", v.string()),
  aggregate: about(
    "k6's name of what is judged of the metric",
    v.optional(v.nullable(v.picklist(AGGREGATES)), null),
  ),
  operator: v.optional(v.nullable(v.picklist(OPERATORS)), null),
  limit: v.number(),
  observed: about('null where no sample was seen', v.nullable(v.number())),
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
const interval = about('95 % interval', v.nullable(bounds));
const ends = v.nullable(v.object({ lower: v.number(), upper: v.number() }));

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

/** What an arm costs besides latency: means over blocks. */
const cost = v.object({
  cost: v.picklist(COST_NAMES),
  unit: v.string(),
  baseline: v.number(),
  treatment: v.number(),
  value: about('treatment - baseline', v.number()),
  interval: about("95 % interval, by Student's t over the blocks' differences", ends),
  blocks: about('in which it is known of both arms', count),
  limit: about('of treatment - baseline; null: not gated', v.nullable(v.number())),
});

const overhead = v.object({
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
const attribution = v.object({
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

const capacity = v.object({
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

/** Values over time: seconds from the start of the run, and the value then. */
const points = v.array(v.tuple([v.number(), v.number()]));

/** What the target said about itself during the run. */
const monitor = v.object({
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
const generator = v.object({
  meanCpus: about('processors kept busy', v.nullable(v.number())),
  peakCpus: v.nullable(v.number()),
  peakResidentBytes: v.nullable(count),
  droppedIterations: count,
});

/** Latency, requests and errors over time. */
const timeline = v.object({
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

const perRequest = about('microseconds of CPU a request', v.number());
const times = v.object({ baselineUs: perRequest, treatmentUs: perRequest });

/** CPU profiles of a Node.js target in two arms, taken after the experiment. */
const profile = v.object({
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

/** What to change in the target, with the numbers that say so. */
const recommendation = v.object({
  rule: v.string(),
  title: v.string(),
  evidence: v.array(v.string()),
  change: v.string(),
  guide: about('where the guide speaks of it', v.string()),
});

/** One load generator's part of a run, and what merging needs of it beyond a result. */
const part = v.object({
  index: about('from 1', count),
  of: count,
  runId: about('RUN_ID; null where it was not given', v.nullable(v.string())),
  segment: about(
    "k6's execution segment and its sequence; null where setup did not run",
    v.nullable(v.string()),
  ),
  iterations: about('iterations of the load that this part ended', count),
  judged: about('iterations whose answer was judged', count),
  errors: about('of these, failed ones', count),
});

export const runResultSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  run: v.object({
    scenario: v.string(),
    environment: v.string(),
    thresholds: about('hash of thresholds/ as the bundle was built', v.string()),
    build: v.optional(
      about('hash of the sources of the bundle; null where it is not known', v.nullable(v.string())),
      null,
    ),
    commit: about(
      'commit of the system under test where CI names it, else of the suite',
      v.nullable(v.string()),
    ),
    machineClass: about(
      'kind of the machine that loaded (MACHINE_CLASS); null where none said it',
      v.optional(v.nullable(v.string()), null),
    ),
    k6Version: v.nullable(v.string()),
    startedAt: v.pipe(v.string(), v.isoTimestamp()),
    durationMs: ms,
    plannedDurationMs: about('null where it depends on the target', v.nullable(ms)),
    complete: about('false where the run ended before its plan', v.boolean()),
    part: v.optional(about('which part of the load this is; null: all of it', v.nullable(part)), null),
    generators: v.optional(about('load generators whose parts were merged into this result', count), 1),
  }),
  configuration: v.object({
    baseUrl: v.string(),
    method: v.string(),
    endpoint: v.string(),
    load: v.record(v.string(), v.unknown()),
    limits: v.record(v.string(), v.unknown()),
    payload: v.string(),
    success: v.record(v.string(), v.unknown()),
    latency: about(
      'which time of a request decides; absent: the whole answer',
      v.optional(v.picklist(['answer', 'firstByte', 'completion'])),
    ),
    completion: about(
      'how workflows are followed to their end',
      v.optional(v.record(v.string(), v.unknown())),
    ),
    timeoutMs: ms,
    auth: about('where the token came from, never the token', v.string()),
    seed: count,
    settings: v.optional(about('what arms differ in; older results are of thresholds/settings.ts', settings)),
    flags: about('values of settings asked for; null: the target was left as it was', v.nullable(flags)),
    switchedBy: about(
      'command: from outside the run, and the target named the flags before and after it; label: the target could not be switched, the flags only label this result; admin: a call, in older results',
      v.nullable(v.picklist(['call', 'command', 'deployments', 'header', 'label', 'admin'])),
    ),
  }),
  outcome: v.object({
    status: about(
      "'not run': setup ended the run before any load",
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
    ),
    reason: v.string(),
  }),
  requests: v.object({
    total: count,
    successful: count,
    perSecond: v.number(),
    errorRate: v.nullable(share),
    refused: about('share of requests that were refused or never left: 0 ms in k6', share),
    droppedIterations: count,
    rateLimited: about('requests answered 429; absent where not known', v.optional(count)),
  }),
  latency: v.object({
    levels: about('the levels at which every quantile function stands', v.array(share)),
    successful: v.nullable(latency),
    all: about('every answer and time-out; refused connections left out', v.nullable(latency)),
    times: about(
      'of successful requests beside the time that decides: the answer to the request, and how much too long polling may make a workflow',
      v.optional(v.array(v.object({ name: v.picklist(['answer', 'polling']), latency }))),
    ),
    stages: v.array(
      v.object({ stage: count, duration: v.string(), target: v.number(), latency: v.nullable(latency) }),
    ),
  }),
  checks: v.array(v.object({ name: v.string(), passes: count, fails: count })),
  gates: v.array(gate),
  overhead: v.nullable(overhead),
  attribution: about(
    'null where the run did not ask for shares, or came to no number',
    v.optional(v.nullable(attribution), null),
  ),
  capacity: about('null where the run did not look for it', v.optional(v.nullable(capacity), null)),
  monitor: about('null where the target was not monitored', v.nullable(monitor)),
  generator: about('null under plain k6 run', v.nullable(generator)),
  timeline: about('null under plain k6 run', v.nullable(timeline)),
  profile: about('null where none was taken, as under plain k6 run', v.optional(v.nullable(profile), null)),
  recommendations: v.array(recommendation),
  notes: about('what a reader must know to read the numbers rightly', v.array(v.string())),
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

/** When a run started, in milliseconds since 1970. */
export function startMs({ run }: Pick<RunResult, 'run'>): number {
  return Date.parse(run.startedAt);
}

/**
 * A result read back from JSON.
 * @throws Error one line: what is wrong with the file, and where
 */
export function parseRunResult(text: string, file: string): RunResult {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new Error(`${file}: ${messageOf(error)}; expected a result of this suite`, { cause: error });
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
