/** Direct shares beside a run of the whole system: what is left is what requests wait for each other. */
import { attributionConfig } from '../../lib/config/attribution-config.ts';
import { capacityShareSection } from '../../lib/report/describe-attribution.ts';
import { sectionsText } from '../../lib/report/text.ts';
import { besideProblem, capacityShareOf } from '../../lib/summary/capacity-share.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { CliError, UsageError } from '../errors.ts';
import { configured } from '../overhead/configured.ts';
import { amendReport } from '../scenario/report.ts';
import { readResult } from '../scenario/result.ts';
import { runScenario } from '../scenario/run.ts';
import type { Variables } from '../scenario/variables.ts';
import { tell } from '../say.ts';

/**
 * Measures the direct shares, and adds the capacity share to their result.
 * @param path the result of a whole-system run
 * @returns k6's exit code
 * @throws CliError before any load where the two cannot lie beside each other
 */
export async function runBeside(path: string, given: Variables): Promise<number> {
  const mode = given.MODE ?? process.env.MODE;
  if (mode !== undefined && mode.trim() !== '' && mode !== 'header')
    throw new UsageError(`--beside measures by request header, and MODE is ${mode}`);
  const variables = { ...given, MODE: 'header' };
  const whole = await readResult(path);
  const problem = besideProblem(
    whole,
    configured(() => attributionConfig({ ...process.env, ...variables })),
  );
  if (problem !== null) throw new CliError(`${path} cannot lie beside this run: ${problem}`);
  const { code, found } = await runScenario('attribution', variables);
  if (found.ok) await addCapacityShare(whole, found.result, found.path);
  return code;
}

/** Into the result's file, the text beside it, and the terminal. */
export async function addCapacityShare(
  whole: RunResult,
  result: RunResult,
  path: string | null,
): Promise<void> {
  const { attribution } = result;
  const capacity = attribution === null ? null : capacityShareOf(whole, result);
  if (attribution === null || capacity === null) {
    tell('no capacity share: this run came to no number');
    return;
  }
  const withCapacity = { ...attribution, capacity };
  const text = `\n${sectionsText([capacityShareSection(withCapacity)])}`;
  await amendReport(path, { ...result, attribution: withCapacity }, text);
}
