/**
 * Capacity against the server's own limit on the reference target: is the rate within 5 % of it?
 *
 *   npx tsx test/bench/capacity.ts [sessions, 2 by default] [ms of the treatment, 1 and 4 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export) and 2 ms on top of it;
 * the treatment is charged so much more. The tries are the default's (3 s and 20 s, environment `ci`), since shorter ones
 * end before an overload shows. The server's own limit is found apart from the ladder (`own-limit.ts`), by two rounds of streams
 * before and after each session of three blocks, so that a machine which changes its speed does so for both. Both arms in
 * turn. On a machine that does nothing else; about an hour for each cost.
 */
import { describeShare, humanPercent, humanRate } from '../../lib/experiment/capacity/describe.ts';
import type { CapacityResult } from '../../lib/result/run-result.ts';
import { meanOf } from '../../lib/statistics/t-test.ts';
import type { PerSecond } from '../../thresholds/types.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';
import { OwnLimit, type SendAt } from './own-limit.ts';
import { bundleStream, sendStream } from './stream.ts';

const BASE_MS = 2;
const COSTS_MS = [1, 4];
const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';
const ARMS = { baseline: 'TRACK_MODEL_COSTS', treatment: `TRACK_MODEL_COSTS+${FLAG}` } as const;
type Arm = keyof typeof ARMS;
const NAMES: readonly Arm[] = ['baseline', 'treatment'];
const P95_MS = 100;
/** A stream by which the server's own limit is found. */
const LONG = { settle: 2, seconds: 20 } as const;
/** Rounds of streams before the first session, and after each. */
const ROUNDS = 2;
/** Of a session. */
const BLOCKS = 3;

const sessions = countFrom(process.argv[2], 'sessions', 1, 2);
const costs = process.argv[3] === undefined ? COSTS_MS : [countFrom(process.argv[3], 'ms', 1, 1)];
await onTarget(async (target) => {
  const bundle = await bundleStream(target.folder);
  console.log(
    '| cost | arm | server’s own limit | capacity (95 % interval) of each session | off by, their mean | loss, own | loss, found |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const costMs of costs) {
    await target.client.inject({ base: { cpuMs: BASE_MS }, [FLAG]: { cpuMs: costMs } });
    const limits = {
      baseline: await OwnLimit.around(guess(BASE_MS), streams(target, bundle, 'baseline')),
      treatment: await OwnLimit.around(guess(BASE_MS + costMs), streams(target, bundle, 'treatment')),
    };
    const rounds = async () => {
      for (let round = 0; round < ROUNDS; round += 1) for (const arm of NAMES) await limits[arm].round();
    };
    await rounds();
    const found: CapacityResult[] = [];
    while (found.length < sessions) {
      found.push(await climb(target));
      await rounds();
    }
    const own = { baseline: await limits.baseline.find(), treatment: await limits.treatment.find() };
    for (const line of rows(costMs, found, own)) console.log(line);
  }
});

/** Requests a second that a worker may hold, with half a millisecond of other work. */
function guess(workMs: number): PerSecond {
  return (0.95 * 1_000) / (workMs + 0.5);
}

async function climb({ run }: OnTarget): Promise<CapacityResult> {
  const { capacity } = await run('capacity', {
    TEST_ENV: 'ci',
    BASELINE: ARMS.baseline,
    TREATMENT: ARMS.treatment,
    BLOCKS: String(BLOCKS),
    P95: String(P95_MS),
    RATE: '100',
    MONITOR: 'off',
  });
  if (capacity === null) throw new Error('a climb without a capacity');
  return capacity;
}

/** Streams to one arm. */
function streams({ k6, client }: OnTarget, bundle: string, arm: Arm): SendAt {
  return async (rate, stream) => {
    await client.switchFlags({
      ENABLE_OBSERVABILITY: true,
      ENABLE_LANGFUSE_EXPORT: false,
      TRACK_MODEL_COSTS: true,
      ENABLE_SIMILARITY_LOGGING: false,
      [FLAG]: arm === 'treatment',
    });
    const { p95Ms, over } = await sendStream(k6, bundle, {
      kind: 'stream',
      spacing: 'poisson',
      seed: `${arm}/${rate}/${stream}`,
      url: `${client.target.baseUrl}/api/v1/workflows/execute`,
      body: JSON.stringify({ workflowId: 'test-workflow', input: { message: 'Test' } }),
      token: client.target.token,
      rate,
      limitMs: P95_MS,
      ...LONG,
    });
    if (over === undefined) throw new Error('a stream without a share over the limit');
    console.error(
      `${arm} ${humanRate(rate)}, stream ${stream + 1}: P95 ${p95Ms.toFixed(1)} ms, ${humanPercent(over)} over`,
    );
    return over;
  };
}

function rows(costMs: number, found: readonly CapacityResult[], own: Record<Arm, PerSecond>): string[] {
  return NAMES.map((arm) => {
    const capacities = found.map(({ arms }) => arms.find(({ name }) => name === arm)?.perSecond);
    const known = capacities.flatMap((capacity) => capacity?.value ?? []);
    const isLast = arm === 'treatment';
    const losses = found.map(({ loss }) => describeShare(loss) ?? 'not found');
    return (
      `| ${costMs} ms | ${arm} | ${humanRate(own[arm])} | ` +
      `${capacities.map(describe).join('; ')} | ${known.length === 0 ? '–' : humanPercent(meanOf(known) / own[arm] - 1)} | ` +
      `${isLast ? humanPercent(1 - own.treatment / own.baseline) : ''} | ${isLast ? losses.join('; ') : ''} |`
    );
  });
}

function describe(capacity?: CapacityResult['arms'][number]['perSecond']): string {
  const { value = null, interval = null } = capacity ?? {};
  const range = interval === null ? '' : ` (${humanRate(interval.lower)} to ${humanRate(interval.upper)})`;
  return value === null ? 'not known' : humanRate(value) + range;
}
