/**
 * Known delays on the reference target, many sessions each: does the interval cover the truth, and is the verdict right?
 *
 *   npx tsx test/bench/known-delays.ts [sessions a row, 3 by default] [delays | both | treatment | late: these rows alone]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole overhead. The truth is the difference of the P95s that the server itself logged for the requests
 * of both arms, over all sessions of a delay together: a timer ends a little late, and the later ones move P95 more than
 * the mean. How often the interval holds the delay that was asked for stands beside it. Takes 35 s a session, with stalls 2
 * minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../lib/statistics/quantile.ts';
import type { OverheadResult } from '../../lib/result/run-result.ts';
import type { Flags } from '../../target/flags.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';

const DELAYS_MS = [0, 10, 25, 50, 100, 140, 160, 200];
/** One second in fifteen every request takes so much longer. */
const STALL = { ms: 400, lengthMs: 1_000, everyMs: 15_000 };
/** The arms that they strike. */
type Stalls = 'none' | 'both' | 'treatment';
/** The target echoes its flags at once, and follows them so much later. */
const LATE = { byMs: 1_500, delayMs: 200, lookMs: 25 };
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
/** A switch that works late is looked for in the halves of the arms from the sixth block on. */
const LATE_PLAN = { ...plan, BLOCKS: '8' };

interface Session {
  overhead: OverheadResult;
  /** What each request took on the server, ms, by arm. */
  baselineMs: number[];
  treatmentMs: number[];
}

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
const only = process.argv[3];
await onTarget(async (target) => {
  console.log(
    '| delay | truth | overhead (95 % interval) of each session | holds the truth | holds the delay | verdicts |',
  );
  console.log('|---|---|---|---|---|---|');
  const show = async (name: string, delayMs: number, one: (seed: number) => Promise<Session>) => {
    const measured: Session[] = [];
    for (let i = 0; i < sessions; i += 1) measured.push(await one(i + 1));
    console.log(row(name, delayMs, measured));
  };
  if (only === undefined || only === 'delays') {
    for (const delayMs of DELAYS_MS)
      await show(`${delayMs} ms`, delayMs, (seed) => session(target, delayMs, seed, 'none'));
  }
  for (const stalls of ['both', 'treatment'] as const) {
    if (only !== undefined && only !== stalls) continue;
    const name = `${STALL.ms} ms for ${STALL.lengthMs / 1_000} s each ${STALL.everyMs / 1_000} s, ${stalls}`;
    await show(name, stalls === 'treatment' ? STALL.ms : 0, (seed) => session(target, 0, seed, stalls));
  }
  if (only === undefined || only === 'late') {
    const name = `${LATE.delayMs} ms, ${LATE.byMs / 1_000} s after the echo`;
    await show(name, LATE.delayMs, (seed) => lateSession(target, seed));
  }
});

async function session(target: OnTarget, delayMs: number, seed: number, stalls: Stalls): Promise<Session> {
  const { client } = target;
  const inject = (stallMs: number) =>
    client.inject({
      base: {
        distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed },
        waitMs: stalls === 'both' ? stallMs : 0,
      },
      [FLAG]: { waitMs: delayMs + (stalls === 'treatment' ? stallMs : 0) },
    });
  await inject(0);
  if (stalls === 'none') return measure(target, plan);
  return meanwhile(
    (signal) => stallUntil(signal, inject),
    () => measure(target, { ...plan, ...EXPOSED }),
  );
}

/** The delay is switched by the bench, once the flags have been what they are for a while. */
async function lateSession(target: OnTarget, seed: number): Promise<Session> {
  const { client } = target;
  const inject = (waitMs: number) =>
    client.inject({ base: { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed }, waitMs } });
  await inject(0);
  const follow = async (signal: AbortSignal) => {
    let [said, since] = [false, 0];
    while (!signal.aborted) {
      const { flags } = (await (await client.request('/api/v1/observability/flags')).json()) as {
        flags: Flags;
      };
      const on = flags[FLAG];
      if (on !== said) [said, since] = [on, performance.now()];
      if (since > 0 && performance.now() - since >= LATE.byMs) {
        since = 0;
        await inject(said ? LATE.delayMs : 0);
      }
      await wait(LATE.lookMs, signal);
    }
  };
  return meanwhile(follow, () => measure(target, LATE_PLAN));
}

/** Does something on the side for as long as the work takes. */
async function meanwhile<T>(
  aside: (signal: AbortSignal) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const beside = aside(ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    await beside;
  }
}

async function measure({ client, run }: OnTarget, variables: NodeJS.ProcessEnv): Promise<Session> {
  const next = await client.nextLogEntry();
  const { overhead, configuration } = await run('overhead', variables);
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
  const verdicts = measured.map(({ overhead: { verdict } }) =>
    verdict.kind === 'INVALID' ? `INVALID: ${verdict.reasons.join('; ')}` : verdict.kind,
  );
  return `| ${name} | ${truth.toFixed(2)} ms | ${numbers.join('; ')} | ${holding(truth)} | ${holding(delayMs)} | ${verdicts.join(', ')} |`;
}
