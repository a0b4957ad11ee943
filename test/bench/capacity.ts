/**
 * Capacity against the server's own limit on the reference target: is the rate within 5 % of it?
 *
 *   npx tsx test/bench/capacity.ts [blocks, 5 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export) and 2 ms on top of it;
 * the treatment is charged so much more. The tries are the default's (3 s and 10 s, environment `ci`), since shorter ones
 * end before an overload shows. The server's own limit is found apart from the ladder: streams at one rate, five
 * times as long as a try, from a k6 of their own, and between the rates that keep P95 within the limit and those that do
 * not, halved until they are 2 % apart; both arms in turn. Beside it stands how many requests a second the server finished,
 * by its own log, while more arrived than it could take. On a machine that does nothing else; about 20 minutes for each cost.
 */
import { describeShare, humanPercent, humanRate } from '../../lib/experiment/capacity/describe.ts';
import type { CapacityResult } from '../../lib/result/run-result.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';
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
/** Where it is looked for at first, and how near the two ends come at last. */
const BRACKET = { low: 0.7, high: 1.3, end: 1.02 } as const;

/** What is known of one arm so far. */
interface Limit {
  /** Requests a second that kept P95 within the limit, and that did not. */
  low: number;
  high: number;
  /** Requests a second that the server finished while more arrived than it could take. */
  finished: number;
}

const blocks = countFrom(process.argv[2], 'blocks', 3, 5);
await onTarget(async (target) => {
  const bundle = await bundleStream(target.folder);
  console.log(
    '| cost | arm | server’s own limit | finished in overload | capacity (95 % interval) | off by | loss, own | loss, found |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const costMs of COSTS_MS) {
    await target.client.inject({ base: { cpuMs: BASE_MS }, [FLAG]: { cpuMs: costMs } });
    const found = await climb(target);
    const own = await limits(target, bundle, found);
    for (const line of rows(costMs, found, own)) console.log(line);
  }
});

async function climb({ run }: OnTarget): Promise<CapacityResult> {
  const { capacity } = await run('capacity', {
    TEST_ENV: 'ci',
    BASELINE: ARMS.baseline,
    TREATMENT: ARMS.treatment,
    BLOCKS: String(blocks),
    P95: String(P95_MS),
    RATE: '100',
    MONITOR: 'off',
  });
  if (capacity === null) throw new Error('a climb without a capacity');
  return capacity;
}

/** Halves both brackets in turn, so that what changes slowly on a machine strikes both arms. */
async function limits(
  target: OnTarget,
  bundle: string,
  { arms }: CapacityResult,
): Promise<Record<Arm, Limit>> {
  const around = (arm: Arm): Limit => {
    const rate = arms.find(({ name }) => name === arm)?.perSecond.value ?? 400;
    return { low: BRACKET.low * rate, high: BRACKET.high * rate, finished: 0 };
  };
  const own = { baseline: around('baseline'), treatment: around('treatment') };
  for (const end of ['low', 'high'] as const) {
    for (const arm of NAMES) {
      // Wider, where the bracket does not hold the limit.
      while ((await isWithin(target, bundle, arm, own[arm], own[arm][end])) !== (end === 'low')) {
        own[arm][end] *= BRACKET[end];
      }
    }
  }
  const open = () => NAMES.filter((arm) => own[arm].high > BRACKET.end * own[arm].low);
  while (open().length > 0) {
    for (const arm of open()) {
      const middle = Math.sqrt(own[arm].low * own[arm].high);
      own[arm][(await isWithin(target, bundle, arm, own[arm], middle)) ? 'low' : 'high'] = middle;
    }
  }
  return own;
}

/** Whether a long stream keeps P95 within the limit. */
async function isWithin(
  { k6, client }: OnTarget,
  bundle: string,
  arm: Arm,
  limit: Limit,
  rate: number,
): Promise<boolean> {
  await client.switchFlags({
    ENABLE_OBSERVABILITY: true,
    ENABLE_LANGFUSE_EXPORT: false,
    TRACK_MODEL_COSTS: true,
    ENABLE_SIMILARITY_LOGGING: false,
    [FLAG]: arm === 'treatment',
  });
  const next = await client.nextLogEntry();
  const p95Ms = await sendStream(k6, bundle, {
    kind: 'stream',
    spacing: 'poisson',
    seed: `${arm}/${rate}`,
    url: `${client.target.baseUrl}/api/v1/workflows/execute`,
    body: JSON.stringify({ workflowId: 'test-workflow', input: { message: 'Test' } }),
    token: client.target.token,
    rate,
    ...LONG,
  });
  const isOver = p95Ms > P95_MS;
  if (isOver) limit.finished = Math.max(limit.finished, await finishedPerSecond(client, next));
  console.error(`${arm} ${humanRate(rate)}: P95 ${p95Ms.toFixed(1)} ms`);
  return !isOver;
}

/** Requests a second that the server finished in the second half of what it has logged since. */
async function finishedPerSecond(client: OnTarget['client'], since: number): Promise<number> {
  const { rows: entries } = await client.injectionLog(since);
  const ends = entries.map(({ startMs, totalMs }) => Number(startMs) + Number(totalMs)).sort((a, b) => a - b);
  const half = Math.floor(ends.length / 2);
  return ((ends.length - 1 - half) * 1_000) / ((ends.at(-1) ?? 0) - (ends[half] ?? 0));
}

function rows(costMs: number, { arms, loss }: CapacityResult, own: Record<Arm, Limit>): string[] {
  const limit = (arm: Arm) => Math.sqrt(own[arm].low * own[arm].high);
  return NAMES.map((arm) => {
    const { value = null, interval = null } = arms.find(({ name }) => name === arm)?.perSecond ?? {};
    const range = interval === null ? '' : ` (${humanRate(interval.lower)} to ${humanRate(interval.upper)})`;
    const isLast = arm === 'treatment';
    return (
      `| ${costMs} ms | ${arm} | ${humanRate(limit(arm))} | ${humanRate(own[arm].finished)} | ` +
      `${value === null ? 'not known' : humanRate(value) + range} | ${value === null ? '–' : humanPercent(value / limit(arm) - 1)} | ` +
      `${isLast ? humanPercent(1 - limit('treatment') / limit('baseline')) : ''} | ${isLast ? (describeShare(loss) ?? 'not found') : ''} |`
    );
  });
}
