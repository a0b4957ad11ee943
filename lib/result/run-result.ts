/**
 * The one result of a run: its schema (published as JSON Schema in docs/), and its type. JSON and text are written from
 * it at the end of a run; every other report is made from the JSON.
 */
import { messageOf } from '../format/message-of.ts';
import * as v from 'valibot';
import { AGGREGATES, expression, OPERATORS } from '../gates/gates.ts';
import { parseJson } from '../format/plain-json.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { attribution } from './schema/attribution.ts';
import { capacity } from './schema/capacity.ts';
import { about, count, flags, latency, ms, settings, share } from './schema/fields.ts';
import { gate } from './schema/gate.ts';
import { generator, monitor, timeline } from './schema/meanwhile.ts';
import { overhead } from './schema/overhead.ts';
import { profile } from './schema/profile.ts';

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
