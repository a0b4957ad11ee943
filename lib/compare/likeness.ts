/** Whether runs may be compared: they should differ by nothing but the flags. */
import { COMPARABLE, differences, differing, NOTED, type Difference } from '../result/likeness.ts';
import { twoDeployments } from '../config/deployments.ts';
import type { MeasuredRun } from './measured-run.ts';

export interface Likeness {
  /** With these the runs are no pair: another load, another system. */
  readonly unlike: readonly Difference[];
  /** These a reader must know. */
  readonly noted: readonly Difference[];
}

/**
 * Compares the fingerprints of all runs. Flags may differ between the groups: that is what is measured; within a
 * group they may not. Files of other tools say nothing beyond the tool that wrote them.
 */
export function likenessOf(baseline: readonly MeasuredRun[], treatment: readonly MeasuredRun[]): Likeness {
  const runs = [...baseline, ...treatment];
  const flagsWithin = (group: string, of: readonly MeasuredRun[]) =>
    differences(of, ['flags']).map((found) => ({ ...found, what: `flags within the ${group}` }));
  return {
    unlike: [
      ...differing(runs, 'tool', ({ tool }) => tool),
      ...differences(runs, COMPARABLE),
      ...flagsWithin('baseline', baseline),
      ...flagsWithin('treatment', treatment),
    ],
    noted: differences(runs, NOTED),
  };
}

/** `load: {"shape":"rate",…} (a.json), {"shape":"stages",…} (b.json)`. */
export function describeDifference({ what, values }: Difference): string {
  return `${what}: ${values.map(({ value, file }) => `${value} (${file})`).join(', ')}`;
}

/** Why the groups can decide nothing though each run is sound: they were measured on two deployments. */
export function deploymentReservation(
  baseline: readonly MeasuredRun[],
  treatment: readonly MeasuredRun[],
): string | null {
  const urls = (runs: readonly MeasuredRun[]) =>
    [
      ...new Set(runs.flatMap(({ result }) => (result === null ? [] : [result.configuration.baseUrl]))),
    ].sort();
  const [before, after] = [urls(baseline), urls(treatment)];
  if (before.join() === after.join()) return null;
  return twoDeployments(before.join(', '), after.join(', '));
}
