import type { Part } from '../config/part.ts';

/**
 * `heavy-staging-20261124T080215123Z`: the name of a run's files without their endings; sorts by time. Load generators of
 * one run may end in the same millisecond: `…-2of4`.
 */
export function reportName(scenario: string, environment: string, at: Date, part?: Part | null): string {
  const utc = at.toISOString().replaceAll(/[-:.]/g, '');
  const suffix = part ? `-${part.index}of${part.of}` : '';
  return `${scenario}-${environment}-${utc}${suffix}`;
}
