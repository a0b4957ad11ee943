/** `heavy-staging-20261124T080215123Z`: the name of a run's files without their endings; sorts by time. */
export function reportName(scenario: string, environment: string, at: Date): string {
  const utc = at.toISOString().replaceAll(/[-:.]/g, '');
  return `${scenario}-${environment}-${utc}`;
}
