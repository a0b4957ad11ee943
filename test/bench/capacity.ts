/**
 * Capacity against the server's own limit on the reference target: is the rate within 5 % of it?
 *
 *   npx tsx test/bench/capacity.ts [blocks, 5 by default]
 *
 * Both arms do the same real work (asynchronous trace export does nothing without Langfuse export) and 1 ms on top of it;
 * the treatment is charged so much more. The server's own limit comes from its log: how many requests a second it finishes
 * while more wait than it can take, so what one request takes of its worker, and from that the rate at which P95 of such a
 * worker reaches the limit. On a machine that does nothing else; about 3 minutes for each cost.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../build.mjs';
import { provideK6 } from '../../cli/k6/provide.ts';
import { runK6 } from '../../cli/k6/run.ts';
import { ownLimit } from '../../lib/capacity/simulate.ts';
import { describeShare, humanPercent, humanRate } from '../../lib/capacity/describe.ts';
import { parseRunResult, type CapacityResult } from '../../lib/result/run-result.ts';
import { startTarget, type Target } from '../../target/start.ts';

const COSTS_MS = [0.5, 2];
const FLAG = 'ENABLE_ASYNC_TRACE_EXPORT';
const ARMS = { baseline: 'TRACK_MODEL_COSTS', treatment: `TRACK_MODEL_COSTS+${FLAG}` } as const;
const P95_MS = 100;
/** Users that keep the server busy while its own limit is measured, and their requests. */
const SATURATION = { users: 24, requests: 4_000 } as const;

const blocks = Number(process.argv[2] ?? '5');
if (!Number.isInteger(blocks) || blocks < 3) throw new Error(`blocks: '${process.argv[2] ?? ''}'; 3 or more`);
await buildBundles();
const { path: k6 } = await provideK6();
const reports = await mkdtemp(join(tmpdir(), 'capacity-bench-'));
const target = await startTarget({ quiet: true });
try {
  console.log(
    '| cost | arm | server’s own limit | capacity (95 % interval) | off by | loss, own | loss, found |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const costMs of COSTS_MS) await session(target, costMs);
} finally {
  await target.stop();
  await rm(reports, { recursive: true });
}

async function session(running: Target, costMs: number): Promise<void> {
  await put(running, 'injection', { base: { cpuMs: 1 }, [FLAG]: { cpuMs: costMs } });
  const own = { baseline: await limitOf(running, false), treatment: await limitOf(running, true) };
  const capacity = await climb(running);
  for (const { name, perSecond } of capacity.arms) {
    const limit = own[name as keyof typeof own];
    const { value, interval } = perSecond;
    const range = interval === null ? '' : ` (${humanRate(interval.lower)} to ${humanRate(interval.upper)})`;
    const isLast = name === 'treatment';
    console.log(
      `| ${costMs} ms | ${name} | ${humanRate(limit)} | ${value === null ? 'not known' : humanRate(value) + range} | ` +
        `${value === null ? '–' : humanPercent(value / limit - 1)} | ` +
        `${isLast ? humanPercent(1 - own.treatment / own.baseline) : ''} | ${isLast ? (describeShare(capacity.loss) ?? 'not found') : ''} |`,
    );
  }
}

/** The rate at which the server's P95 reaches the limit, by its own log of a time in which it was never idle. */
async function limitOf(running: Target, on: boolean): Promise<number> {
  const flags = {
    ENABLE_OBSERVABILITY: true,
    ENABLE_LANGFUSE_EXPORT: false,
    TRACK_MODEL_COSTS: true,
    ENABLE_SIMILARITY_LOGGING: false,
    [FLAG]: on,
  };
  await put(running, 'flags', { flags });
  const log = '/api/v1/observability/injection/log?since=';
  const since = (await request(running, `${log}0`)).headers.get('X-Next') ?? '0';
  await run(running, 'load-test', {
    ITERATIONS: String(SATURATION.requests),
    CONCURRENCY: String(SATURATION.users),
    MONITOR: 'off',
  });
  const [columns = [], ...rows] = (await (await request(running, log + since)).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as (string | number)[]);
  const [start, total] = [columns.indexOf('startMs'), columns.indexOf('totalMs')];
  const ends = rows.map((row) => Number(row[start]) + Number(row[total])).sort((a, b) => a - b);
  // Without its start and its end, when not all users are there.
  const [from, to] = [Math.floor(0.3 * ends.length), Math.floor(0.95 * ends.length)];
  const workMs = ((ends[to] ?? 0) - (ends[from] ?? 0)) / (to - from);
  return ownLimit([workMs], P95_MS);
}

async function climb(running: Target): Promise<CapacityResult> {
  await run(running, 'capacity', {
    BASELINE: ARMS.baseline,
    TREATMENT: ARMS.treatment,
    BLOCKS: String(blocks),
    P95: String(P95_MS),
    RATE: '100',
    MONITOR: 'off',
  });
  const names = (await readdir(reports)).filter((name) => /^capacity-.*\.json$/.test(name)).sort();
  const latest = names.at(-1) ?? '';
  const { capacity } = parseRunResult(await readFile(join(reports, latest), 'utf8'), latest);
  if (capacity === null) throw new Error(`${latest} holds no capacity`);
  return capacity;
}

async function run(running: Target, scenario: string, env: NodeJS.ProcessEnv): Promise<void> {
  await runK6(['run', '--quiet', `dist/${scenario}.js`], {
    k6,
    env: {
      TEST_ENV: 'local',
      PAYLOAD: 'test',
      BASE_URL: running.baseUrl,
      AUTH_TOKEN: running.token,
      REPORT_DIR: reports,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

async function put(running: Target, path: string, body: object): Promise<void> {
  const answer = await request(running, `/api/v1/observability/${path}`, JSON.stringify(body));
  if (!answer.ok) throw new Error(`PUT ${path}: ${await answer.text()}`);
}

function request(running: Target, path: string, body?: string): Promise<Response> {
  return fetch(running.baseUrl + path, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { Authorization: `Bearer ${running.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
}
