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
import { attributionConfig } from '../../lib/config/attribution-config.ts';
import { attributionFeatures, type Design } from '../../lib/config/arms.ts';
import { attribute } from '../../lib/experiment/attribution.ts';
import { risingTimes } from '../../lib/experiment/plan.ts';
import { armOf } from '../support/arms.ts';
import type { AttributionResult } from '../../lib/result/run-result.ts';
import { countFrom, onTarget, type OnTarget } from './on-target.ts';

/** What flags add to a request, beside their real work. */
const CASES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  'nothing injected': {},
  'one flag: 40 ms': { ENABLE_SIMILARITY_LOGGING: { waitMs: 40 } },
  'two flags: 40 and 15 ms': { ENABLE_SIMILARITY_LOGGING: { waitMs: 40 }, TRACK_MODEL_COSTS: { waitMs: 15 } },
  'three flags: 40, 15 ms, exponential 20 ms': {
    ENABLE_SIMILARITY_LOGGING: { waitMs: 40 },
    TRACK_MODEL_COSTS: { waitMs: 15 },
    ENABLE_LANGFUSE_EXPORT: { distribution: { kind: 'exponential', meanMs: 20, seed: 2 } },
  },
  'two flags, only together: 40 ms': { 'ENABLE_LANGFUSE_EXPORT+TRACK_MODEL_COSTS': { waitMs: 40 } },
};

/** Latencies of the server's own log by arm. */
type ByArm = Map<string, number[]>;

const sessions = countFrom(process.argv[2], 'sessions', 1, 3);
const design = designOf(process.argv[3] ?? 'half');
const cases = casesOf(process.argv[4]);
const plan: Record<string, string> = { DESIGN: design, RATE: '200', BLOCKS: '8', MONITOR: 'off' };
const config = attributionConfig({ ...plan, TEST_ENV: 'local', AUTH_TOKEN: 'a-token' });
const { arms } = config.plan;
const features = attributionFeatures(config.settings);
let [covered, all] = [0, 0];
await onTarget(async (target) => {
  console.log(
    '| case | flag | truth | share (95 % interval) of each session | holds the truth | called a cause |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const [name, injected] of cases) {
    const logged: ByArm = new Map();
    const measured: AttributionResult[] = [];
    for (let i = 0; i < sessions; i += 1) {
      const found = await session(target, injected, i + 1, logged);
      if (found !== null) measured.push(found);
    }
    for (const line of rows(name, truthOf(logged), measured)) console.log(line);
    const called = measured.flatMap(({ interactions }) =>
      interactions.map(({ flags }) => flags.join(' with ')),
    );
    console.log(`| ${name} | interactions | | ${called.join('; ') || 'none called one'} | | |`);
  }
  console.log(`\n${covered} of ${all} intervals hold the truth`);
});

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
async function session(
  { client, run }: OnTarget,
  injected: object,
  seed: number,
  logged: ByArm,
): Promise<AttributionResult | null> {
  const base = { distribution: { kind: 'lognormal', meanMs: 20, sdMs: 8, seed } };
  await client.inject({ base, ...injected });
  const next = await client.nextLogEntry();
  const { attribution, outcome, configuration } = await run('attribution', plan);
  if (attribution === null) {
    console.error(`a session without shares: ${outcome.reason}`);
    return null;
  }
  const { perSecond, warmUpSeconds } = configuration.load;
  const warmUp = arms.length * risingTimes(Number(perSecond), Number(warmUpSeconds)).length;
  const { rows: entries } = await client.injectionLog(next + warmUp);
  for (const { name, flags } of arms) {
    const ofArm = entries.filter((entry) =>
      Object.entries(flags).every(([flag, on]) => entry[flag] === Number(on)),
    );
    const latencies = ofArm.map(({ totalMs }) => Number(totalMs));
    logged.set(name, [...(logged.get(name) ?? []), ...latencies]);
  }
  return attribution;
}

/** The shares of the P95s of all that the server logged. */
function truthOf(logged: ByArm): ReadonlyMap<string, number> {
  const measured = [...logged].map(([name, latencies]) => armOf(name, [latencies]));
  const { shares, rest } = attribute(design, features, measured);
  return new Map([
    ...shares.map(({ flag, estimate }) => [flag, estimate.value] as const),
    ...(rest === null ? [] : [[features.alone, rest.estimate.value] as const]),
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
      ...(flag === features.alone && rest !== null ? [rest] : []),
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
