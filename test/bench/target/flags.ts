// What does each flag cost on the target?   npx tsx test/bench/target/flags.ts [rate] [seconds] [rounds]
//
// In each round every arm runs once, in random order; a difference is taken to `none` of the same round.
import { flagNames, type Flags } from '../../../target/flags.ts';
import { seeded } from '../../../target/injection/draw.ts';
import { startTarget, type Target } from '../../../target/testing/start.ts';
import { measure, type LoadResult } from './k6.ts';

const [rate = 200, seconds = 5, rounds = 8] = process.argv.slice(2).map(Number);

const off = Object.fromEntries(flagNames.map((name) => [name, false])) as unknown as Flags;
const on = Object.fromEntries(flagNames.map((name) => [name, true])) as unknown as Flags;
const only: Flags = { ...off, ENABLE_OBSERVABILITY: true };

const arms: Readonly<Record<string, Flags>> = {
  none: off,
  'ENABLE_OBSERVABILITY alone (RudderStack)': only,
  '+ ENABLE_LANGFUSE_EXPORT, synchronous': { ...only, ENABLE_LANGFUSE_EXPORT: true },
  '+ ENABLE_LANGFUSE_EXPORT and ENABLE_ASYNC_TRACE_EXPORT': {
    ...only,
    ENABLE_LANGFUSE_EXPORT: true,
    ENABLE_ASYNC_TRACE_EXPORT: true,
  },
  '+ TRACK_MODEL_COSTS': { ...only, TRACK_MODEL_COSTS: true },
  '+ ENABLE_SIMILARITY_LOGGING': { ...only, ENABLE_SIMILARITY_LOGGING: true },
  all: on,
};

const loads = {
  'test-workflow, message of 4 characters': { workflow: 'test-workflow', message: 'Test' },
  'summarize-document, message of 4,000 characters': {
    workflow: 'summarize-document',
    message: 'The delivery of the third of March was late, and two of the nine pallets were missing. '
      .repeat(46)
      .slice(0, 4_000),
  },
};

const target = await startTarget();
try {
  for (const [name, load] of Object.entries(loads)) {
    const results = await measureRounds(target, load);
    console.log(`\n${name}, ${rate} requests/s, ${rounds} rounds of ${seconds} s for each arm\n`);
    console.log(
      '| flags on | mean ms | p95 ms | mean − none | p95 − none (lowest … highest round) |\n|---|---|---|---|---|',
    );
    for (const arm of Object.keys(arms)) console.log(row(arm, results));
  }
} finally {
  await target.stop();
}

type Results = ReadonlyMap<string, readonly LoadResult[]>;

async function measureRounds(of: Target, load: { workflow: string; message: string }): Promise<Results> {
  const random = seeded(1);
  const results = new Map<string, LoadResult[]>(Object.keys(arms).map((arm) => [arm, []]));
  // The first round warms up and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    const order = Object.entries(arms)
      .map(([arm, flags]) => ({ arm, flags, at: random() }))
      .sort((a, b) => a.at - b.at);
    for (const { arm, flags } of order) {
      await switchFlags(of, flags);
      const result = await measure(of, { ...load, rate, seconds });
      if (result.failed > 0 || result.dropped > 0) throw new Error(`${arm}: ${JSON.stringify(result)}`);
      if (round > 0) results.get(arm)?.push(result);
    }
  }
  return results;
}

async function switchFlags(of: Target, flags: Flags): Promise<void> {
  const response = await fetch(`${of.baseUrl}/api/v1/observability/flags`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${of.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ flags, drain: true }),
  });
  if (!response.ok) throw new Error(await response.text());
}

function row(arm: string, results: Results): string {
  const own = results.get(arm) ?? [];
  const none = results.get('none') ?? [];
  const means = own.map(({ meanMs }) => meanMs);
  const p95s = own.map(({ p95Ms }) => p95Ms);
  const meanDifferences = means.map((ms, round) => ms - (none[round]?.meanMs ?? NaN));
  const p95Differences = p95s.map((ms, round) => ms - (none[round]?.p95Ms ?? NaN));
  const range = `(${Math.min(...p95Differences).toFixed(2)} … ${Math.max(...p95Differences).toFixed(2)})`;
  const differences =
    arm === 'none'
      ? ['–', '–']
      : [median(meanDifferences).toFixed(2), `${median(p95Differences).toFixed(2)} ${range}`];
  return `| ${[arm, median(means).toFixed(2), median(p95s).toFixed(2), ...differences].join(' | ')} |`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
