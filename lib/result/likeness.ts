/** When are results alike? One function, and for each question the fields in which they have to agree. */
import type { RunResult } from './run-result.ts';

/** Something in which runs differ. */
export interface Difference {
  readonly what: string;
  /** Each value with the first file that has it. */
  readonly values: readonly { readonly value: string; readonly file: string }[];
}

/** What a field is of a result; undefined where the result does not say. */
const FIELDS = {
  scenario: ({ run }) => run.scenario,
  environment: ({ run }) => run.environment,
  'run id': ({ run }) => run.part?.runId,
  'number of parts': ({ run }) => run.part?.of,
  segments: ({ run }) => run.part?.segment?.split(' of ')[1],
  'hash of thresholds/': ({ run }) => run.thresholds,
  build: ({ run }) => run.build,
  commit: ({ run }) => run.commit,
  'machine class': ({ run }) => run.machineClass ?? undefined,
  'number of load generators': ({ run }) => run.generators,
  'k6 major version': ({ run }) => run.k6Version?.split('.')[0] ?? 'unknown',
  'base URL': ({ configuration }) => configuration.baseUrl,
  method: ({ configuration }) => configuration.method,
  endpoint: ({ configuration }) => configuration.endpoint,
  payload: ({ configuration }) => configuration.payload,
  'success rule': ({ configuration }) => configuration.success,
  'latency that decides': ({ configuration }) => configuration.latency ?? 'answer',
  completion: ({ configuration }) => configuration.completion,
  'time-out': ({ configuration }) => configuration.timeoutMs,
  load: ({ configuration }) => configuration.load,
  limits: ({ configuration }) => configuration.limits,
  flags: ({ configuration }) => configuration.flags,
  // The seed is each load generator's own.
  configuration: ({ configuration }) => ({ ...configuration, seed: 0 }),
} as const satisfies Record<string, (result: RunResult) => unknown>;

export type Field = keyof typeof FIELDS;

/** In these all parts of one run agree. */
export const ONE_RUN: readonly Field[] = [
  'scenario',
  'environment',
  'run id',
  'number of parts',
  'segments',
  'hash of thresholds/',
  'build',
  'commit',
  'k6 major version',
  'base URL',
  'load',
  'limits',
  'flags',
  'configuration',
];

/** Without these runs are no pair: another load, another system. */
export const COMPARABLE: readonly Field[] = [
  'scenario',
  'load',
  'latency that decides',
  'environment',
  'machine class',
  'k6 major version',
];

/** A reader of a comparison has to know of these. */
export const NOTED: readonly Field[] = [
  'base URL',
  'method',
  'endpoint',
  'payload',
  'success rule',
  'completion',
  'time-out',
  'limits',
];

/** Runs of one line of the history differ by nothing but when they ran, and on which commit. */
export const ONE_LINE: readonly Field[] = [
  'scenario',
  'environment',
  'machine class',
  'number of load generators',
  'k6 major version',
  'load',
  'latency that decides',
  'method',
  'endpoint',
  'payload',
  'flags',
];

/** A text that is equal for results that agree in some fields. */
export function identityOf(result: RunResult, fields: readonly Field[]): string {
  return JSON.stringify(
    fields.map((field) => FIELDS[field](result)),
    sortKeys,
  );
}

/** The fields in which runs differ; one that does not state a field agrees with all. */
export function differences(
  runs: readonly { readonly file: string; readonly result: RunResult | null }[],
  fields: readonly Field[],
): Difference[] {
  return fields.flatMap((field) =>
    differing(runs, field, ({ result }) => (result === null ? undefined : FIELDS[field](result))),
  );
}

/** The same for anything that runs have beside their results. */
export function differing<R extends { readonly file: string }>(
  runs: readonly R[],
  what: string,
  of: (run: R) => unknown,
): Difference[] {
  const firstWith = new Map<string, string>();
  for (const run of runs) {
    const value = of(run);
    const text = typeof value === 'string' ? value : JSON.stringify(value, sortKeys);
    if (value !== undefined && !firstWith.has(text)) firstWith.set(text, run.file);
  }
  if (firstWith.size < 2) return [];
  return [{ what, values: [...firstWith].map(([value, file]) => ({ value, file })) }];
}

/** Equal values have equal texts, whatever the order of their keys. */
function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
