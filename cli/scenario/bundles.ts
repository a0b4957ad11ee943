import { buildBundles } from '../../build.mjs';
import { CliError, UsageError } from '../errors.ts';

/**
 * Builds all bundles, so that no run uses old numbers, and makes sure that one is the scenario's.
 *
 * @throws CliError if esbuild fails, which has said why
 * @throws UsageError if there is no such scenario
 */
export async function buildFor(scenario: string): Promise<void> {
  const { bundles } = await buildBundles().catch(() => {
    throw new CliError('dist/ could not be built: esbuild says above what is wrong, and where');
  });
  if (!bundles.includes(scenario)) {
    throw new UsageError(`unknown scenario '${scenario}'; there are ${bundles.join(', ')}`);
  }
}
