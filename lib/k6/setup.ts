/** Before a load: the target is probed, and its flags are switched where some are given. */
import execution from 'k6/execution';
import type { LoadConfig } from '../config/config.ts';
import { FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import { formatFlags } from '../api/flags.ts';
import { findWhatToWatch } from './observability.ts';
import { controlOf, probe, SetupFailure, toldToSkip, type ControlSource } from './probe.ts';
import { readFlags, requestWithFlags, writeFlags, type Control } from './switch.ts';

/**
 * Probes the target, and switches its flags where some are given.
 * @throws SetupFailure where no load would mean anything
 */
export async function setup(source: ControlSource<LoadConfig>): Promise<SetupData> {
  const config = source.config;
  const segment = segmentOf(config);
  const control = await controlOf(source);
  const k6Version = probe(config, control);
  return {
    k6Version,
    ...segment,
    ...switchFlags(config, control),
    // After the switch, which may fill or empty queues.
    ...findWhatToWatch(config, control.headers),
    loadStartedAt: Date.now(),
  };
}

/**
 * The execution segment of a part, in k6's own words.
 * @throws SetupFailure where k6 runs another segment than PART says: loads would overlap, or be missing
 */
function segmentOf({ part, ...config }: LoadConfig): Pick<SetupData, 'segment'> {
  if (part === null) return {};
  const { executionSegment, executionSegmentSequence } = execution.test.options;
  const bounds = (executionSegmentSequence ?? '').split(',');
  const [from, to] = [bounds[part.index - 1], bounds[part.index]];
  if (bounds.length !== part.of + 1 || executionSegment !== `${from ?? ''}:${to ?? ''}`) {
    const code = FAILURE.wrongSegment;
    throw new SetupFailure(code, describeFailure({ ...config, part }, code));
  }
  return { segment: `${executionSegment} of ${bounds.join(',')}` };
}

/** Switches the target to the flags asked for, by admin call where it has one, else by a header on every request. */
function switchFlags(config: LoadConfig, control: Control): Pick<SetupData, 'switchedBy' | 'originalFlags'> {
  const { flags, switching } = config;
  if (flags === null) return { switchedBy: null, originalFlags: null };
  if (switching?.admin !== undefined) {
    const originalFlags = readFlags(control);
    const problem = writeFlags(control, flags);
    if (problem !== null) throw notSwitched(config, problem.text);
    return { switchedBy: 'admin', originalFlags: toldToSkip().noTeardown === true ? null : originalFlags };
  }
  if (switching?.header !== undefined) {
    const problem = requestWithFlags(control, flags);
    if (problem !== null) throw notSwitched(config, problem);
    return { switchedBy: 'header', originalFlags: null };
  }
  console.warn(`the target cannot be switched: ${formatFlags(flags)} only labels the result`);
  return { switchedBy: 'label', originalFlags: null };
}

function notSwitched(config: LoadConfig, problem: string): SetupFailure {
  return new SetupFailure(FAILURE.notSwitched, `${describeFailure(config, FAILURE.notSwitched)}: ${problem}`);
}
