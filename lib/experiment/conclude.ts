/** How an engine's run ends, whatever happens in it. */
import { messageOf } from '../format/message-of.ts';
import { INVALID } from '../metrics/overhead-metrics.ts';
import { InvalidExperiment } from './invalid-experiment.ts';
import type { Port } from './port.ts';

/** The verdict of a run in one line, and what k6's exit code is made of. */
export interface Ending<Kind extends string = string> {
  readonly kind: Kind;
  readonly text: string;
}

/** Measures; what cannot go on, or throws, ends as INVALID with its reason recorded. */
export async function conclude<Kind extends string>(
  { record }: Pick<Port, 'record'>,
  measure: () => Promise<Ending<Kind>>,
): Promise<Ending<Kind | 'INVALID'>> {
  try {
    return await measure();
  } catch (error) {
    const { reason, flag } = error instanceof InvalidExperiment ? error : { reason: 'exception', flag: null };
    record(INVALID, 1, { reason, ...(flag === null ? {} : { flag }) });
    return { kind: 'INVALID', text: `INVALID: ${messageOf(error)}` };
  }
}
