/** How a setup ends its run, in one line, where no load would mean anything. */
import execution from 'k6/execution';
import type { Target } from '../config/config.ts';
import { FAILURE, type SetupData } from '../metrics/setup-data.ts';
import { describeFailure } from '../summary/setup-failure.ts';
import { otherOptions } from './options-in-force.ts';
import { SetupFailure, type ControlSource } from './probe.ts';

/**
 * Runs the setup of a load or an experiment; what its own failure ends is invalid (108). Not async itself: k6 ends with 107
 * for what a setup throws, and with 255 for a promise that is rejected.
 * @param failed is told the code of the failure, for the report
 * @throws string one line about a wrong setting; k6 prints it and exits 107
 */
export function runSetup(
  source: ControlSource<Target>,
  failed: (code: number) => void,
  setup: () => Promise<SetupData>,
): Promise<SetupData | undefined> | undefined {
  const end = (code: number, line: string): void => {
    failed(code);
    // A string, not an Error: k6 would print a stack trace.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (code === FAILURE.trendStatsReplaced) throw line;
    execution.test.abort(line);
  };
  const other = otherOptions(source.options);
  if (other !== null) {
    end(other, describeFailure(source.config, other));
    return undefined;
  }
  return setup().catch((error: unknown) => {
    if (!(error instanceof SetupFailure)) throw error;
    end(error.code, error.message);
    return undefined;
  });
}
