/**
 * Known delays on the reference target, many sessions each: does the interval cover the truth, and is the verdict right?
 *
 *   npx tsx test/bench/known-delays.ts [sessions a delay, 3 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export), so that what is
 * injected is the whole overhead. The truth is the difference of the P95s that the server itself logged for the requests
 * of both arms, over all sessions of a delay together: a timer ends a little late, and the later ones move P95 more than
 * the mean. Takes 35 s a session.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../build.mjs';
import { provideK6 } from '../../cli/k6/provide.ts';
import { runK6 } from '../../cli/k6/run.ts';
import { quantile } from '../../lib/overhead/quantile.ts';
import { parseRunResult, type OverheadResult } from '../../lib/result/run-result.ts';
import { startTarget, type Target } from '../../target/start.ts';

const DELAYS_MS = [0, 10, 25, 50, 100, 140, 160, 200];
const BUDGET_MS = 150;
const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';
const ROUTE = '/api/v1/observability/injection';

const plan = {
  TEST_ENV: 'local',
  BASELINE: 'TRACK_MODEL_COSTS',
  TREATMENT: `TRACK_MODEL_COSTS+${FLAG}`,
  PAYLOAD: 'test',
  BUDGET: String(BUDGET_MS),
  BLOCKS: '6',
  EARLY_STOP: 'off',
};

interface Session {
  overhead: OverheadResult;
  /** What each request took on the server, ms, by arm. */
  baselineMs: number[];
  treatmentMs: number[];
}

const sessions = Number(process.argv[2] ?? '3');
if (!Number.isInteger(sessions) || sessions < 1)
  throw new Error(`sessions: '${process.argv[2] ?? ''}'; 1 or more`);
await buildBundles();
const { path: k6 } = await provideK6();
const reports = await mkdtemp(join(tmpdir(), 'known-delays-'));
const target = await startTarget({ quiet: true });
try {
  console.log(
    '| delay | truth | overhead (95 % interval) of each session | interval holds the truth | verdicts |',
  );
  console.log('|---|---|---|---|---|');
  for (const delayMs of DELAYS_MS) {
    const measured: Session[] = [];
    for (let i = 0; i < sessions; i += 1) measured.push(await session(target, delayMs, i + 1));
    console.log(row(delayMs, measured));
  }
} finally {
  await target.stop();
  await rm(reports, { recursive: true });
}

async function session(running: Target, delayMs: number, seed: number): Promise<Session> {
  const effects = {
    base: { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed } },
    [FLAG]: { waitMs: delayMs },
  };
  const put = await request(running, ROUTE, JSON.stringify(effects));
  if (!put.ok) throw new Error(`the delay was not injected: ${await put.text()}`);
  const since = (await request(running, `${ROUTE}/log?since=0`)).headers.get('X-Next') ?? '0';
  await runK6(['run', '--quiet', 'dist/overhead.js'], {
    k6,
    env: { ...plan, BASE_URL: running.baseUrl, AUTH_TOKEN: running.token, REPORT_DIR: reports },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const latest =
    (await readdir(reports))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .at(-1) ?? '';
  const { overhead, configuration } = parseRunResult(await readFile(join(reports, latest), 'utf8'), latest);
  if (overhead === null) throw new Error(`${latest} holds no overhead`);
  const { perSecond, warmUpSeconds } = configuration.load;
  const log = await serverLog(running, Number(since) + Number(perSecond) * Number(warmUpSeconds));
  return { overhead, ...log };
}

/** What the requests of each arm took on the server, from entry number `since` of its log on. */
async function serverLog(
  running: Target,
  since: number,
): Promise<Pick<Session, 'baselineMs' | 'treatmentMs'>> {
  const text = await (await request(running, `${ROUTE}/log?since=${since}`)).text();
  const [columns = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as (string | number)[]);
  const [flag, total] = [columns.indexOf(FLAG), columns.indexOf('totalMs')];
  const taken = (on: number) => rows.filter((row) => row[flag] === on).map((row) => Number(row[total]));
  return { baselineMs: taken(0), treatmentMs: taken(1) };
}

function request(running: Target, path: string, body?: string): Promise<Response> {
  return fetch(running.baseUrl + path, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { Authorization: `Bearer ${running.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
}

function row(delayMs: number, measured: readonly Session[]): string {
  const truth =
    quantile(
      measured.flatMap(({ treatmentMs }) => treatmentMs),
      0.95,
    ) -
    quantile(
      measured.flatMap(({ baselineMs }) => baselineMs),
      0.95,
    );
  const judged = measured.filter(({ overhead: { interval } }) => interval !== null);
  const held = judged.filter(
    ({ overhead: { interval } }) =>
      interval !== null && interval.lowerMs <= truth && truth <= interval.upperMs,
  );
  const numbers = measured.map(({ overhead: { estimateMs, interval } }) =>
    estimateMs === null || interval === null
      ? 'none'
      : `${estimateMs.toFixed(1)} (${interval.lowerMs.toFixed(1)} to ${interval.upperMs.toFixed(1)})`,
  );
  const verdicts = measured.map(({ overhead: { verdict } }) => verdict.kind);
  return `| ${delayMs} ms | ${truth.toFixed(2)} ms | ${numbers.join('; ')} | ${held.length} of ${judged.length} | ${verdicts.join(', ')} |`;
}
