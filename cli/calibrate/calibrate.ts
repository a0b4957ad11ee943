/** What can a measurement see here? A/A, and on the reference target a delay that is known. */
import { sampleStandardDeviation } from 'simple-statistics';
import { planSize } from '../../lib/config/experiment-plan.ts';
import { powerOf } from '../../lib/experiment/power.ts';
import { humanMs, humanRange, table } from '../../lib/format/format.ts';
import { experimentVerdict } from '../../lib/report/describe-run.ts';
import { verdictLine } from '../../lib/report/text.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import type { OverheadResult } from '../../lib/result/run-result.ts';
import { withTarget, type TargetAddress } from '../demo/target.ts';
import { untouched } from '../demo/untouched.ts';
import { provideK6 } from '../k6/provide.ts';
import { configured } from '../overhead/configured.ts';
import { effortCells } from '../plan/effort-text.ts';
import { planProfile, type PlanProfile } from '../plan/profile.ts';
import { buildFor } from '../scenario/bundles.ts';
import type { Variables } from '../scenario/variables.ts';
import { generatorLines, runExperiment, type Measured } from './experiment.ts';
import { DELAY_ARMS, injectDelay, type Injected } from './known-delay.ts';
import { indented, say } from '../say.ts';

/** Both arms without observability: what differs is noise. */
const AA_ARMS = { BASELINE: 'none', TREATMENT: 'none' };

/**
 * A/A on the user's own system.
 * @returns k6's exit code
 */
export async function calibrateEnvironment(variables: Variables): Promise<number> {
  const env = { ...process.env, ...variables };
  const profile = configured(() => planProfile(env));
  const k6 = await prepare();
  const measured = await runExperiment(k6, { ...variables, ...AA_ARMS });
  say(`A/A on ${profile.environment}`, ...aaLines(measured, profile));
  return measured.code;
}

/**
 * A/A and a known delay on the reference target, which is started for it.
 * @returns the exit code of the first experiment that k6 did not end with 0; 1 if the known delay was missed by far
 */
export async function calibrateReference(variables: Variables): Promise<number> {
  const k6 = await prepare();
  return withTarget(async (target) => {
    const settings = {
      ...untouched,
      ...variables,
      TEST_ENV: 'local',
      BASE_URL: target.baseUrl,
      AUTH_TOKEN: target.token,
    };
    const profile = configured(() => planProfile(settings));
    const aa = await runExperiment(k6, { ...settings, ...AA_ARMS });
    say('A/A on the reference target', ...aaLines(aa, profile));
    if (aa.code !== 0) return aa.code;
    return knownDelay(k6, target, settings);
  });
}

async function knownDelay(k6: string, target: TargetAddress, settings: NodeJS.ProcessEnv): Promise<number> {
  const readInjected = await injectDelay(target);
  const measured = await runExperiment(k6, { ...settings, ...DELAY_ARMS });
  const injected = await readInjected();
  say('', 'A known delay on the reference target', ...indented(delayLines(measured, injected)));
  if (measured.code !== 0) return measured.code;
  // Twice as far off as the interval is wide is no chance.
  return isWithin(measured.overhead, injected.meanMs, 2) ? 0 : 1;
}

async function prepare(): Promise<string> {
  await buildFor('overhead');
  return (await provideK6()).path;
}

function aaLines(measured: Measured, profile: PlanProfile): string[] {
  const { overhead } = measured;
  const differences = overhead.differencesMs.filter((difference) => difference !== null);
  const floor = overhead.verdict.noiseFloorMs;
  return [
    ...indented([
      verdictLine({ verdict: experimentVerdict(overhead) }),
      ...(floor === null
        ? []
        : [`overhead ${describe(overhead)}; nothing smaller than ${humanMs(floor)} can be seen`]),
      ...generatorLines(measured),
    ]),
    ...(differences.length < 2
      ? []
      : needs(sampleStandardDeviation(differences), profile, overhead.budgetMs)),
  ];
}

/** Blocks that tell an overhead from the budget, by how far it lies below. */
function needs(spread: number, profile: PlanProfile, budgetMs: Milliseconds): string[] {
  const { plan } = profile;
  if (spread === 0 || budgetMs === 0) return [];
  const rows = [1, 0.5, 0.2, 0.1, 0.05].map((share) => {
    const distance = share * budgetMs;
    const power = powerOf(plan, distance, spread, profile);
    const below = humanMs(budgetMs - distance);
    if (power === null) return [below, 'more than 500', '', ''];
    const [blocks = '', requests = '', time = ''] = effortCells(power.atMost);
    return [below, blocks, requests, `${time}, ${effortCells(power.median)[2] ?? ''} in the median`];
  });
  const { requestsPerArmAndBlock } = planSize({ ...plan, blocks: 1 });
  return [
    '',
    `What a PASS under the budget of ${humanMs(budgetMs)} takes, in 9 of 10 runs, with ${requestsPerArmAndBlock} requests per arm and block`,
    ...indented(table([['true overhead', 'blocks', 'requests', 'time at most'], ...rows])),
  ];
}

function delayLines({ overhead }: Measured, injected: Injected): string[] {
  const covered = isWithin(overhead, injected.meanMs, 1);
  return [
    `injected  ${humanMs(injected.meanMs)}, by the target's own log of ${injected.requests} requests`,
    `measured  ${describe(overhead)}, ${covered ? 'which covers it' : 'which does NOT cover it: by chance that happens once in 20 times'}`,
  ];
}

/** Whether a value lies within the interval, stretched by a factor around the estimate. */
function isWithin({ estimateMs, interval }: OverheadResult, value: number, factor: number): boolean {
  if (estimateMs === null || interval === null) return false;
  const { lowerMs, upperMs } = interval;
  return (
    estimateMs - factor * (estimateMs - lowerMs) <= value &&
    value <= estimateMs + factor * (upperMs - estimateMs)
  );
}

function describe({ estimateMs, interval }: OverheadResult): string {
  if (estimateMs === null) return 'not measured';
  return interval === null
    ? humanMs(estimateMs)
    : `${humanMs(estimateMs)}, 95 % interval ${humanRange(interval.lowerMs, interval.upperMs)}`;
}
