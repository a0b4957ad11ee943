/**
 * Known delays on the reference target, many sessions each: does the interval cover the truth, and is the verdict right?
 *
 *   npx tsx test/bench/known-delays.ts [sessions a delay, 3 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole overhead. The truth is the difference of the P95s that the server itself logged for the requests
 * of both arms, over all sessions of a delay together: a timer ends a little late, and the later ones move P95 more than
 * the mean. How often the interval holds the delay that was asked for stands beside it. Takes 35 s a session.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../lib/statistics/quantile.ts';
import type { OverheadResult } from '../../lib/result/run-result.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';

const DELAYS_MS = [0, 10, 25, 50, 100, 140, 160, 200];
/** One second in fifteen every request takes so much longer. */
const STALL = { ms: 400, lengthMs: 1_000, everyMs: 15_000 };
type Stalls = 'none' | 'both arms' | 'treatment';
/** Each arm sees three of the stalls. */
const EXPOSED = { BLOCKS: '24', LEAST_SECONDS: '45' };
const BUDGET_MS = 150;
const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';

const plan = {
  BASELINE: 'TRACK_MODEL_COSTS',
  TREATMENT: `TRACK_MODEL_COSTS+${FLAG}`,
  BUDGET: String(BUDGET_MS),
  BLOCKS: '6',
  EARLY_STOP: 'off',
  LEAST_SECONDS: '0',
};

interface Session {
  overhead: OverheadResult;
  /** What each request took on the server, ms, by arm. */
  baselineMs: number[];
  treatmentMs: number[];
}

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
await onTarget(async (target) => {
  console.log(
    '| delay | truth | overhead (95 % interval) of each session | holds the truth | holds the delay | verdicts |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const delayMs of DELAYS_MS) {
    const measured: Session[] = [];
    for (let i = 0; i < sessions; i += 1) measured.push(await session(target, delayMs, i + 1, 'none'));
    console.log(row(`${delayMs} ms`, delayMs, measured));
  }
  for (const stalls of ['both arms', 'treatment'] as const) {
    const measured: Session[] = [];
    for (let i = 0; i < sessions; i += 1) measured.push(await session(target, 0, i + 1, stalls));
    const name = `${STALL.ms} ms for ${STALL.lengthMs / 1_000} s each ${STALL.everyMs / 1_000} s, ${stalls}`;
    console.log(row(name, stalls === 'treatment' ? STALL.ms : 0, measured));
  }
});

async function session(
  { client, run }: OnTarget,
  delayMs: number,
  seed: number,
  stalls: Stalls,
): Promise<Session> {
  const inject = (stallMs: number) =>
    client.inject({
      base: {
        distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed },
        waitMs: stalls === 'both arms' ? stallMs : 0,
      },
      [FLAG]: { waitMs: delayMs + (stalls === 'treatment' ? stallMs : 0) },
    });
  await inject(0);
  const next = await client.nextLogEntry();
  const ended = new AbortController();
  const stalling = stalls === 'none' ? Promise.resolve() : stallUntil(ended.signal, inject);
  const { overhead, configuration } = await run(
    'overhead',
    stalls === 'none' ? plan : { ...plan, ...EXPOSED },
  );
  ended.abort();
  await stalling;
  if (overhead === null) throw new Error('a session without an overhead');
  const { perSecond, warmUpSeconds } = configuration.load;
  const { rows } = await client.injectionLog(next + Number(perSecond) * Number(warmUpSeconds));
  const taken = (on: number) =>
    rows.filter(({ [FLAG]: flag }) => flag === on).map(({ totalMs }) => Number(totalMs));
  return { overhead, baselineMs: taken(0), treatmentMs: taken(1) };
}

/** Stalls by the wall clock, whatever the experiment does. */
async function stallUntil(ended: AbortSignal, inject: (stallMs: number) => Promise<unknown>): Promise<void> {
  while (!ended.aborted) {
    await inject(STALL.ms);
    await wait(STALL.lengthMs, ended);
    await inject(0);
    await wait(STALL.everyMs - STALL.lengthMs, ended);
  }
}

/** Ends early where `ended` does. */
function wait(ms: number, ended: AbortSignal): Promise<unknown> {
  return sleep(ms, undefined, { signal: ended }).catch(() => undefined);
}

function row(name: string, delayMs: number, measured: readonly Session[]): string {
  const p95 = (arm: 'baselineMs' | 'treatmentMs') =>
    quantile(
      measured.flatMap((one) => one[arm]),
      0.95,
    );
  const truth = p95('treatmentMs') - p95('baselineMs');
  const intervals = measured.flatMap(({ overhead: { interval } }) => interval ?? []);
  const holding = (ms: number): string =>
    `${intervals.filter(({ lowerMs, upperMs }) => lowerMs <= ms && ms <= upperMs).length} of ${intervals.length}`;
  const numbers = measured.map(({ overhead: { estimateMs, interval } }) =>
    estimateMs === null || interval === null
      ? 'none'
      : `${estimateMs.toFixed(1)} (${interval.lowerMs.toFixed(1)} to ${interval.upperMs.toFixed(1)})`,
  );
  const verdicts = measured.map(({ overhead: { verdict } }) => verdict.kind);
  return `| ${name} | ${truth.toFixed(2)} ms | ${numbers.join('; ')} | ${holding(truth)} | ${holding(delayMs)} | ${verdicts.join(', ')} |`;
}
