import { buildBundles, bundleFor } from '../../build.mjs';
import type { BuildFailure } from 'esbuild';
import { CliError, messageOf, UsageError } from '../errors.ts';

/**
 * Builds all bundles, so that no run uses old numbers, and makes sure that one is the scenario's.
 *
 * @throws CliError if they cannot be built, with the reason
 * @throws UsageError if there is no such scenario
 */
export async function buildFor(scenario: string): Promise<void> {
  const { bundles } = await buildBundles().catch((error: unknown) => {
    throw new CliError(`dist/ could not be built: ${reasonOf(error)}`);
  });
  if (!bundles.includes(scenario)) {
    throw new UsageError(`unknown scenario '${scenario}'; there are ${bundles.join(', ')}`);
  }
}

/**
 * The bundle of a scenario that holds one environment alone.
 *
 * @throws CliError if it cannot be built, with the reason
 * @throws UsageError if there is no such scenario
 */
export async function bundleText(scenario: string, environment: string): Promise<string> {
  await buildFor(scenario);
  return bundleFor(scenario, environment);
}

/** In one line: esbuild has printed all of what it found, with the lines that are wrong. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof Error && 'errors' in error ? (error as BuildFailure).errors : [];
  if (first === undefined) return messageOf(error);
  const { location, text } = first;
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}
