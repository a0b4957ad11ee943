/** What scenarios and environments there are. Each has a line in scenarios.ts or environments.ts. */

export const SCENARIOS = ['smoke', 'light', 'medium', 'heavy', 'stress', 'ramp', 'load-test'] as const;
export const ENVIRONMENTS = ['local', 'ci', 'staging', 'production'] as const;

export type ScenarioName = (typeof SCENARIOS)[number];
export type EnvironmentName = (typeof ENVIRONMENTS)[number];
