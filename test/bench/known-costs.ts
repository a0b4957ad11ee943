/**
 * Known costs on the reference target: processor time, memory and a wait are put into one flag, and each number is held
 * against what was put there.
 *
 *   npx tsx test/bench/known-costs.ts [sessions, 3 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole difference. The truth is the server's own log: the difference of the P95s, and the processor time
 * that the injected work took there, which is less than what was asked for where others had the processor meanwhile. Each
 * session has a target of its own: what one leaves free in a process, the next one would fill before memory grows. Takes
 * about 55 s a session.
 */
import { quantile } from '../../lib/statistics/quantile.ts';
import { meanOf } from '../../lib/statistics/t-test.ts';
import type { CostResult, OverheadResult } from '../../lib/result/run-result.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';

const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';
const PER_SECOND = 100;
const EFFECT = { cpuMs: 2, leakBytes: 20_000, waitMs: 25 };
const plan = {
  BASELINE: 'TRACK_MODEL_COSTS',
  TREATMENT: `TRACK_MODEL_COSTS+${FLAG}`,
  RATE: String(PER_SECOND),
  BLOCKS: '10',
  EARLY_STOP: 'off',
  LEAST_SECONDS: '0',
};

interface Interval {
  value: number;
  lower: number;
  upper: number;
}
interface Session {
  overhead: OverheadResult;
  /** By the server's log: difference of the P95s, and processor time that a request of the treatment was given. */
  waitMs: number;
  cpuMs: number;
}

/** What was put in, by what should show it. */
const numbers: {
  name: string;
  truth: (session: Session) => number;
  of: (session: Session) => Interval | null;
}[] = [
  { name: 'CPU a request, ms', truth: ({ cpuMs }) => cpuMs, of: costOf('cpuMsPerRequest') },
  {
    name: 'CPU, share of a processor',
    truth: ({ cpuMs }) => (cpuMs * PER_SECOND) / 1_000,
    of: costOf('cpuShare'),
  },
  {
    name: 'growth of memory, MB a minute',
    truth: () => (EFFECT.leakBytes * PER_SECOND * 60) / 1e6,
    of: costOf('memoryGrowthMbPerMinute'),
  },
  { name: 'overhead at P95, ms', truth: ({ waitMs }) => waitMs, of: overheadOf },
  { name: 'finished requests a second', truth: () => 0, of: costOf('finishedPerSecond') },
];

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
const holding = numbers.map(() => 0);
let judged = 0;
console.log(`| session | ${numbers.map(({ name }) => name).join(' | ')} |`);
console.log(`|---|${numbers.map(() => '---|').join('')}`);
for (let i = 1; i <= sessions; i += 1)
  await onTarget(async (target) => {
    const one = await session(target);
    const { kind, reasons } = one.overhead.verdict;
    const isJudged = kind !== 'INVALID';
    if (isJudged) judged += 1;
    const cells = numbers.map(({ truth, of }, n) => {
      const found = of(one);
      if (found === null) return 'none';
      const { value, lower, upper } = found;
      const put = truth(one);
      const holds = lower <= put && put <= upper;
      if (isJudged && holds) holding[n] = (holding[n] ?? 0) + 1;
      const how = isJudged ? (holds ? 'holds' : '**misses**') : 'not judged:';
      return `${text(value)} (${text(lower)} to ${text(upper)}) ${how} ${text(put)}`;
    });
    console.log(`| ${i}${isJudged ? '' : `, INVALID: ${reasons.join('; ')}`} | ${cells.join(' | ')} |`);
  });
console.log(`| held | ${holding.map((held) => `${held} of ${judged}`).join(' | ')} |`);

async function session({ client, run }: OnTarget): Promise<Session> {
  await client.inject({ [FLAG]: EFFECT });
  const next = await client.nextLogEntry();
  const { overhead, configuration } = await run('overhead', plan);
  if (overhead === null) throw new Error('a session without an overhead');
  const { perSecond, warmUpSeconds } = configuration.load;
  const { rows } = await client.injectionLog(next + Number(perSecond) * Number(warmUpSeconds));
  const column = (name: string, on: boolean) =>
    rows.filter(({ [FLAG]: flag }) => Number(flag) > 0 === on).map((row) => Number(row[name]));
  const p95 = (on: boolean) => quantile(column('totalMs', on), 0.95);
  return { overhead, waitMs: p95(true) - p95(false), cpuMs: meanOf(column('injected.cpu', true)) };
}

function costOf(cost: CostResult['cost']) {
  return ({ overhead: { costs = [] } }: Session): Interval | null => {
    const found = costs.find((one) => one.cost === cost);
    return found?.interval ? { value: found.value, ...found.interval } : null;
  };
}

function overheadOf({ overhead: { estimateMs, interval } }: Session): Interval | null {
  return estimateMs === null || interval === null
    ? null
    : { value: estimateMs, lower: interval.lowerMs, upper: interval.upperMs };
}

function text(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : 2);
}
