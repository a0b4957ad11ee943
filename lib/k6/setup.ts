/** Before a load: the target is probed, and its flags are switched where some are given. */
import execution from 'k6/execution';
import type { LoadConfig, Target } from '../config/config.ts';
import { FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import { RESULT_FILE } from '../result/result-file.ts';
import { formatFlags } from '../config/settings.ts';
import {
  leftAsSet,
  saysSettings,
  switchesByHeader,
  switchesSystem,
  usualFlags,
} from '../config/switching.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import { findWhatToWatch } from './observability.ts';
import { putBack } from './restore.ts';
import type { Client } from '../api/client.ts';
import { TargetProblem } from '../api/target-problem.ts';
import { clientOf, orFailure, probe, SetupFailure, toldToSkip, type ControlSource } from './probe.ts';

/** The variable by which an instance of k6's cloud knows its number. */
const CLOUD_INSTANCE = 'K6_CLOUDRUN_INSTANCE_ID';

/**
 * Probes the target, and switches its flags where some are given.
 * @throws SetupFailure where no load would mean anything
 */
export async function setup(source: ControlSource<LoadConfig>): Promise<SetupData> {
  const config = source.config;
  const segment = segmentOf(config);
  const client = await clientOf(source);
  const k6Version = await probe(config, client);
  return {
    k6Version,
    ...segment,
    ...(await switchFlags(config, client)),
    // After the switch, which may fill or empty queues.
    ...(await findWhatToWatch(config, await client.headers())),
    loadStartedAt: Date.now(),
  };
}

/**
 * The execution segment of a part, in k6's own words. k6's cloud splits a load by itself, and tells its instances so.
 * @throws SetupFailure where k6 runs another segment than PART says: loads would overlap, or be missing; or a segment
 * without a PART, whose result would pass for that of the whole load
 */
function segmentOf({ part, ...config }: LoadConfig): Pick<SetupData, 'segment'> {
  const { executionSegment, executionSegmentSequence } = execution.test.options;
  if (part === null) {
    const isWhole = !executionSegment || executionSegment === '0:1' || __ENV[CLOUD_INSTANCE] !== undefined;
    if (isWhole) return {};
    throw new SetupFailure(FAILURE.missingPart, describeFailure(config, FAILURE.missingPart));
  }
  const bounds = (executionSegmentSequence ?? '').split(',');
  const [from, to] = [bounds[part.index - 1], bounds[part.index]];
  if (bounds.length !== part.of + 1 || executionSegment !== `${from ?? ''}:${to ?? ''}`) {
    const code = FAILURE.wrongSegment;
    throw new SetupFailure(code, describeFailure({ ...config, part }, code));
  }
  return { segment: `${executionSegment} of ${bounds.join(',')}` };
}

/** Switches the target to the flags asked for, by call where it has one, else by a header on every request. */
async function switchFlags(
  config: LoadConfig,
  client: Client,
): Promise<Pick<SetupData, 'switchedBy' | 'originalFlags'>> {
  const { flags, switching } = config;
  if (flags === null) return { switchedBy: null, originalFlags: null };
  if (switchesSystem(switching)) {
    const original = await originalFlags(config, client);
    try {
      await orFailure(config, FAILURE.notSwitched, client.writeFlags(flags));
    } catch (error) {
      // It may have switched all the same, or in part; teardown is told nothing by a setup that fails.
      if (original !== null && toldToSkip().noTeardown !== true) await putBack(client, original);
      throw error;
    }
    return { switchedBy: switching.by, originalFlags: toldToSkip().noTeardown === true ? null : original };
  }
  if (switchesByHeader(switching)) {
    await orFailure(config, FAILURE.notSwitched, client.requestWithFlags(flags));
    return { switchedBy: 'header', originalFlags: null };
  }
  console.warn(`the target cannot be switched: ${formatFlags(flags)} only labels the result`);
  return { switchedBy: 'label', originalFlags: null };
}

/**
 * The flags to put back: those that the target says it has, or its usual ones; `null` where nothing says.
 * @throws SetupFailure where what it says is not understood: nothing is switched that could not be put back
 */
export async function originalFlags(config: Target, client: Client): Promise<FlagValues | null> {
  if (!saysSettings(config.switching)) {
    const usual = usualFlags(config, `thresholds/${config.environment}.ts`);
    if (usual === null)
      console.warn(`${config.baseUrl} will be left as it is set last: ${leftAsSet(config)}`);
    else sayHowToRestore(config, usual);
    return usual;
  }
  const found = client.readFlags().catch((error: unknown) => {
    if (error instanceof TargetProblem && !error.isFinal) return null;
    throw error;
  });
  const flags = await orFailure(config, FAILURE.notSwitched, found);
  if (flags !== null) sayHowToRestore(config, flags);
  return flags;
}

/** A script can write no file before its end: where k6 is killed, this line is all that knows. The command line has a note. */
function sayHowToRestore({ baseUrl, environment }: Target, flags: FlagValues): void {
  if (__ENV[RESULT_FILE] !== undefined) return;
  const command = `BASE_URL=${baseUrl} npm run restore -- --env ${environment} --flags ${formatFlags(flags).replaceAll(', ', ',')}`;
  console.log(`if k6 is killed, this puts the flags back that it has found: ${command}`);
}
