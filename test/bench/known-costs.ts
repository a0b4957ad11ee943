/**
 * Known costs on the reference target: processor time, memory and a wait are put into one flag, and each number is held
 * against what was put there. A session is two experiments: one with processor time alone, since a wait and memory take some
 * as well (a wake-up with cold caches, garbage collection), and one with the others.
 *
 *   npx tsx test/bench/known-costs.ts [sessions, 3 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole difference. The truth is the server's own log: the difference of the P95s, and the processor time
 * that the injected work took there, which is less than what was asked for where others had the processor meanwhile. Each
 * session has a target of its own: what one leaves free in a process, the next one would fill before memory grows. Takes
 * 70 s a session.
 */
import { quantile } from '../../lib/statistics/quantile.ts';
import { meanOf } from '../../lib/statistics/t-test.ts';
import type { CostResult, OverheadResult } from '../../lib/result/run-result.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';

const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';
const EFFECTS = { busy: { cpuMs: 2 }, slow: { leakBytes: 20_000, waitMs: 25 } };
const PER_SECOND = 100;
type Experiment = keyof typeof EFFECTS;
const plan = {
  BASELINE: 'TRACK_MODEL_COSTS',
  TREATMENT: `TRACK_MODEL_COSTS+${FLAG}`,
  RATE: String(PER_SECOND),
  BLOCKS: '6',
  EARLY_STOP: 'off',
  LEAST_SECONDS: '0',
};

interface Interval {
  value: number;
  lower: number;
  upper: number;
}
interface Measured {
  overhead: OverheadResult;
  /** By the server's log: difference of the P95s, and processor time that a request of the treatment was given. */
  waitMs: number;
  cpuMs: number;
}

/** What was put in, by what should show it. */
const numbers: {
  name: string;
  from: Experiment;
  truth: (measured: Measured) => number;
  of: (measured: Measured) => Interval | null;
}[] = [
  { name: 'CPU a request, ms', from: 'busy', truth: ({ cpuMs }) => cpuMs, of: costOf('cpuMsPerRequest') },
  {
    name: 'CPU, share of a processor',
    from: 'busy',
    truth: ({ cpuMs }) => (cpuMs * PER_SECOND) / 1_000,
    of: costOf('cpuShare'),
  },
  {
    name: 'growth of memory, MB a minute',
    from: 'slow',
    truth: () => (EFFECTS.slow.leakBytes * PER_SECOND * 60) / 1e6,
    of: costOf('memoryGrowthMbPerMinute'),
  },
  { name: 'overhead at P95, ms', from: 'slow', truth: ({ waitMs }) => waitMs, of: overheadOf },
  { name: 'finished requests a second', from: 'slow', truth: () => 0, of: costOf('finishedPerSecond') },
];

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
const holding = numbers.map(() => 0);
const judged = numbers.map(() => 0);
console.log(`| session | ${numbers.map(({ name }) => name).join(' | ')} |`);
console.log(`|---|${numbers.map(() => '---|').join('')}`);
for (let i = 1; i <= sessions; i += 1)
  await onTarget(async (target) => {
    const session = { busy: await measure(target, 'busy'), slow: await measure(target, 'slow') };
    const cells = numbers.map(({ from, truth, of }, n) => {
      const found = of(session[from]);
      const { kind, reasons } = session[from].overhead.verdict;
      if (found === null) return `not judged: ${reasons.join('; ')}`;
      const { value, lower, upper } = found;
      const put = truth(session[from]);
      const numbers = `${text(value)} (${text(lower)} to ${text(upper)})`;
      if (kind === 'INVALID') return `${numbers} of ${text(put)}, not judged: ${reasons.join('; ')}`;
      const holds = lower <= put && put <= upper;
      judged[n] = (judged[n] ?? 0) + 1;
      if (holds) holding[n] = (holding[n] ?? 0) + 1;
      return `${numbers} ${holds ? 'holds' : '**misses**'} ${text(put)}`;
    });
    console.log(`| ${i} | ${cells.join(' | ')} |`);
  });
console.log(`| held | ${holding.map((held, n) => `${held} of ${judged[n] ?? 0}`).join(' | ')} |`);

async function measure({ client, run }: OnTarget, experiment: Experiment): Promise<Measured> {
  await client.inject({ [FLAG]: EFFECTS[experiment] });
  const next = await client.nextLogEntry();
  const { overhead, configuration } = await run('overhead', plan);
  if (overhead === null) throw new Error('an experiment without an overhead');
  const { perSecond, warmUpSeconds } = configuration.load;
  const { rows } = await client.injectionLog(next + Number(perSecond) * Number(warmUpSeconds));
  const column = (name: string, on: boolean) =>
    rows.filter(({ [FLAG]: flag }) => Number(flag) > 0 === on).map((row) => Number(row[name]));
  const p95 = (on: boolean) => quantile(column('totalMs', on), 0.95);
  return { overhead, waitMs: p95(true) - p95(false), cpuMs: meanOf(column('injected.cpu', true)) };
}

function costOf(cost: CostResult['cost']) {
  return ({ overhead: { costs = [] } }: Measured): Interval | null => {
    const found = costs.find((one) => one.cost === cost);
    return found?.interval ? { value: found.value, ...found.interval } : null;
  };
}

function overheadOf({ overhead: { estimateMs, interval } }: Measured): Interval | null {
  return estimateMs === null || interval === null
    ? null
    : { value: estimateMs, lower: interval.lowerMs, upper: interval.upperMs };
}

function text(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : 2);
}
