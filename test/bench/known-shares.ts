/**
 * Known costs of flags on the reference target, many sessions each: do the shares cover the truth, and is anything blamed
 * that costs nothing?
 *
 *   npx tsx test/bench/known-shares.ts [sessions a case, 3 by default] [half by default, or full] [number of one case]
 *
 * The truth is that of the server: the shares of the P95s of its own log, over all sessions of a case together, so that it
 * holds the real work of each flag and far less noise than a session. Takes about 2 minutes a session of half of the
 * combinations, 3 of all. The log holds the latest 200,000 requests; it is read after each session.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../build.mjs';
import { provideK6 } from '../../cli/k6/provide.ts';
import { runK6 } from '../../cli/k6/run.ts';
import { attributionConfig, FEATURES } from '../../lib/config/attribution-config.ts';
import { attribute, type Design } from '../../lib/overhead/attribution.ts';
import { quantile } from '../../lib/overhead/quantile.ts';
import { parseRunResult, type AttributionResult } from '../../lib/result/run-result.ts';
import { startTarget, type Target } from '../../target/start.ts';

const ROUTE = '/api/v1/observability/injection';
const base = { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed: 1 } };

/** What each flag adds to a request, beside its real work. */
const CASES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'nothing injected': {},
  'one flag: 40 ms': { ENABLE_SIMILARITY_LOGGING: { waitMs: 40 } },
  'two flags: 40 and 15 ms': { ENABLE_SIMILARITY_LOGGING: { waitMs: 40 }, TRACK_MODEL_COSTS: { waitMs: 15 } },
  'three flags: 40, 15 ms, exponential 20 ms': {
    ENABLE_SIMILARITY_LOGGING: { waitMs: 40 },
    TRACK_MODEL_COSTS: { waitMs: 15 },
    ENABLE_LANGFUSE_EXPORT: { distribution: { kind: 'exponential', meanMs: 20, seed: 2 } },
  },
};

/** Latencies of the server's own log by arm. */
type ByArm = Map<string, number[]>;

const sessions = Number(process.argv[2] ?? '3');
if (!Number.isInteger(sessions) || sessions < 1)
  throw new Error(`sessions: '${process.argv[2] ?? ''}'; 1 or more`);
const design = designOf(process.argv[3] ?? 'half');
const plan: Record<string, string> = {
  TEST_ENV: 'local',
  AUTH_TOKEN: 'a-token',
  PAYLOAD: 'test',
  DESIGN: design,
  RATE: '200',
  BLOCKS: '8',
  MONITOR: 'off',
};
const config = attributionConfig(plan);
await buildBundles();
const { path: k6 } = await provideK6();
const reports = await mkdtemp(join(tmpdir(), 'known-shares-'));
const target = await startTarget({ quiet: true });
let [covered, all] = [0, 0];
try {
  console.log(
    '| case | flag | truth | share (95 % interval) of each session | holds the truth | called a cause |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const [name, injected] of casesOf(process.argv[4])) {
    const logged: ByArm = new Map();
    const measured: AttributionResult[] = [];
    for (let i = 0; i < sessions; i += 1) {
      const found = await session(target, injected, logged);
      if (found !== null) measured.push(found);
    }
    for (const line of rows(name, truthOf(logged), measured)) console.log(line);
  }
  console.log(`\n${covered} of ${all} intervals hold the truth`);
} finally {
  await target.stop();
  await rm(reports, { recursive: true });
}

/** All of them, or the one of that number, from 1. */
function casesOf(number: string | undefined): [name: string, injected: object][] {
  const named = Object.entries(CASES);
  const one = number === undefined ? undefined : named[Number(number) - 1];
  if (number !== undefined && one === undefined)
    throw new Error(`case: '${number}'; a number from 1 to ${named.length}`);
  return one === undefined ? named : [one];
}

function designOf(text: string): Design {
  if (text === 'half' || text === 'full') return text;
  throw new Error(`design: '${text}'; half or full`);
}

/** One attribution; `null`, and a line that says why, where it came to no number. */
async function session(running: Target, injected: object, logged: ByArm): Promise<AttributionResult | null> {
  const put = await request(running, ROUTE, JSON.stringify({ base, ...injected }));
  if (!put.ok) throw new Error(`the costs were not injected: ${await put.text()}`);
  const since = (await request(running, `${ROUTE}/log?since=0`)).headers.get('X-Next') ?? '0';
  await runK6(['run', '--quiet', 'dist/attribution.js'], {
    k6,
    env: { ...plan, BASE_URL: running.baseUrl, AUTH_TOKEN: running.token, REPORT_DIR: reports },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const latest =
    (await readdir(reports))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .at(-1) ?? '';
  const { attribution, outcome } = parseRunResult(await readFile(join(reports, latest), 'utf8'), latest);
  if (attribution === null) {
    console.error(`a session without shares: ${outcome.reason}`);
    return null;
  }
  await readLog(running, since, logged);
  return attribution;
}

/** Adds the latencies of the server's log, from arrival to answer, to those of their arms. */
async function readLog(running: Target, since: string, logged: ByArm): Promise<void> {
  const text = await (await request(running, `${ROUTE}/log?since=${since}`)).text();
  const [columns = [], ...entries] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as (string | number)[]);
  const total = columns.indexOf('totalMs');
  for (const { name, flags } of config.plan.arms) {
    const wanted = Object.entries(flags).map(([flag, on]) => [columns.indexOf(flag), on ? 1 : 0] as const);
    const found = entries.filter((entry) => wanted.every(([column, value]) => entry[column] === value));
    const before = logged.get(name) ?? [];
    for (const entry of found) before.push(Number(entry[total]));
    logged.set(name, before);
  }
}

/** The shares of the P95s of all that the server logged. */
function truthOf(logged: ByArm): ReadonlyMap<string, number> {
  const arms = [...logged].map(([name, latencies]) => {
    const block = { p95: quantile(latencies, 0.95), requests: latencies.length };
    return { name, ...block, errors: 0, blocks: [block] };
  });
  const { shares, rest } = attribute(design, FEATURES, arms);
  return new Map([
    ...shares.map(({ flag, estimate }) => [flag, estimate.value] as const),
    [FEATURES.alone, rest.estimate.value] as const,
  ]);
}

function rows(
  name: string,
  truth: ReadonlyMap<string, number>,
  measured: readonly AttributionResult[],
): string[] {
  return [...truth].map(([flag, truthMs]) => {
    const found = measured.flatMap(({ shares, rest }) => [
      ...shares.filter((share) => share.flag === flag),
      ...(flag === FEATURES.alone ? [rest] : []),
    ]);
    const held = found.filter(
      ({ interval }) => interval !== null && interval.lowerMs <= truthMs && truthMs <= interval.upperMs,
    );
    covered += held.length;
    all += found.length;
    const numbers = found.map(({ shareMs, interval }) =>
      interval === null
        ? 'none'
        : `${shareMs.toFixed(1)} (${interval.lowerMs.toFixed(1)} to ${interval.upperMs.toFixed(1)})`,
    );
    const causes = found.filter(({ isCause }) => isCause).length;
    return `| ${name} | ${flag} | ${truthMs.toFixed(1)} ms | ${numbers.join('; ')} | ${held.length} of ${found.length} | ${causes} |`;
  });
}

function request(running: Target, path: string, body?: string): Promise<Response> {
  return fetch(running.baseUrl + path, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { Authorization: `Bearer ${running.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
}
