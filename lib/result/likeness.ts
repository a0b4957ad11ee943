/** Whether runs may be compared: they should differ by nothing but the flags. */
import type { RunResult } from './run-result.ts';
import type { MeasuredRun } from '../compare/measured-run.ts';

/** Something in which runs differ. */
export interface Difference {
  readonly what: string;
  /** Each value with the first file that has it. */
  readonly values: readonly { readonly value: string; readonly file: string }[];
}

export interface Likeness {
  /** With these the runs are no pair: another load, another system. */
  readonly unlike: readonly Difference[];
  /** These a reader must know. */
  readonly noted: readonly Difference[];
}

type Trait = readonly [what: string, of: (result: RunResult) => unknown];

const MUST_AGREE: readonly Trait[] = [
  ['scenario', ({ run }) => run.scenario],
  ['load', ({ configuration }) => configuration.load],
  ['environment', ({ run }) => run.environment],
  ['machine class', ({ run }) => run.machineClass ?? undefined],
  ['k6 major version', ({ run }) => run.k6Version?.split('.')[0] ?? 'unknown'],
];

const NAMED: readonly Trait[] = [
  ['base URL', ({ configuration }) => configuration.baseUrl],
  ['method', ({ configuration }) => configuration.method],
  ['endpoint', ({ configuration }) => configuration.endpoint],
  ['payload', ({ configuration }) => configuration.payload],
  ['success rule', ({ configuration }) => configuration.success],
  ['time-out', ({ configuration }) => configuration.timeoutMs],
  ['limits', ({ configuration }) => configuration.limits],
];

/**
 * Compares the fingerprints of all runs. Flags may differ between the groups: that is what is measured; within a
 * group they may not. Files of other tools say nothing beyond the tool that wrote them.
 */
export function likenessOf(baseline: readonly MeasuredRun[], treatment: readonly MeasuredRun[]): Likeness {
  const runs = [...baseline, ...treatment];
  const flags: Trait = ['flags', ({ configuration }) => configuration.flags];
  return {
    unlike: [
      ...differences(runs, 'tool', ({ tool }) => tool),
      ...MUST_AGREE.flatMap(([what, of]) => differences(runs, what, ofResult(of))),
      ...differences(baseline, 'flags within the baseline', ofResult(flags[1])),
      ...differences(treatment, 'flags within the treatment', ofResult(flags[1])),
    ],
    noted: NAMED.flatMap(([what, of]) => differences(runs, what, ofResult(of))),
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

/** The reason where each arm has a deployment of its own. */
export function twoDeployments(baseline: string, treatment: string): string {
  return `the arms are two deployments (${baseline} and ${treatment}): the difference includes the difference between them`;
}

function ofResult(of: (result: RunResult) => unknown) {
  return ({ result }: MeasuredRun) => (result === null ? undefined : of(result));
}

function differences(
  runs: readonly MeasuredRun[],
  what: string,
  of: (run: MeasuredRun) => unknown,
): Difference[] {
  const firstWith = new Map<string, string>();
  for (const run of runs) {
    const value = stableText(of(run));
    if (value !== undefined && !firstWith.has(value)) firstWith.set(value, run.file);
  }
  if (firstWith.size < 2) return [];
  return [{ what, values: [...firstWith].map(([value, file]) => ({ value, file })) }];
}

/** Equal values have equal texts, whatever the order of their keys. */
export function stableText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
