/**
 * Known costs on the reference target: processor time, memory and a wait are put into one flag, and each number is held
 * against what was put there.
 *
 *   npx tsx test/bench/known-costs.ts [sessions, 3 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole difference. The truth of the wait is the difference of the P95s in the server's own log. Work of the
 * processor is by the clock: where the machine has none left for the target, less of it is processor time. Takes a minute a
 * session.
 */
import { quantile } from '../../lib/statistics/quantile.ts';
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
  waitMs: number;
}

/** What was put in, by what should show it. */
const truths: [
  name: string,
  unit: string,
  truth: (session: Session) => number,
  of: (session: Session) => Interval | null,
][] = [
  ['CPU a request', 'ms', () => EFFECT.cpuMs, costOf('cpuMsPerRequest')],
  ['CPU', 'of a processor', () => (EFFECT.cpuMs * PER_SECOND) / 1_000, costOf('cpuShare')],
  [
    'Growth of memory',
    'MB a minute',
    () => (EFFECT.leakBytes * PER_SECOND * 60) / 1e6,
    costOf('memoryGrowthMbPerMinute'),
  ],
  ['Overhead at P95', 'ms', ({ waitMs }) => waitMs, overheadOf],
  ['Finished requests', 'a second', () => 0, costOf('finishedPerSecond')],
];

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
await onTarget(async (target) => {
  const measured: Session[] = [];
  for (let i = 0; i < sessions; i += 1) measured.push(await session(target));
  console.log('| number | put in | found (95 % interval) in each session | holds it |');
  console.log('|---|---|---|---|');
  for (const [name, unit, truth, of] of truths) {
    const found = measured.map((one) => ({ truth: truth(one), interval: of(one) }));
    const holding = found.filter(
      ({ truth: put, interval }) => interval !== null && interval.lower <= put && put <= interval.upper,
    );
    const put = [...new Set(found.map((one) => one.truth.toFixed(2)))].join(', ');
    const numbers = found.map(({ interval }) =>
      interval === null
        ? 'none'
        : `${interval.value.toFixed(2)} (${interval.lower.toFixed(2)} to ${interval.upper.toFixed(2)})`,
    );
    console.log(`| ${name} | ${put} ${unit} | ${numbers.join('; ')} | ${holding.length} of ${sessions} |`);
  }
});

async function session({ client, run }: OnTarget): Promise<Session> {
  await client.inject({ [FLAG]: EFFECT });
  const next = await client.nextLogEntry();
  const { overhead, configuration } = await run('overhead', plan);
  if (overhead === null) throw new Error('a session without an overhead');
  const { kind, reasons } = overhead.verdict;
  // An invalid one has no number.
  if (kind === 'INVALID') console.error(`INVALID: ${reasons.join('; ')}`);
  const { perSecond, warmUpSeconds } = configuration.load;
  const { rows } = await client.injectionLog(next + Number(perSecond) * Number(warmUpSeconds));
  const p95 = (on: boolean) =>
    quantile(
      rows.filter(({ [FLAG]: flag }) => Number(flag) > 0 === on).map(({ totalMs }) => Number(totalMs)),
      0.95,
    );
  return { overhead, waitMs: p95(true) - p95(false) };
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
