/** The comparison of two groups of finished runs: the verdict, and what it rests on. */
import type { Budget } from '../config/budgets.ts';
import { isEverythingOff, type TargetSettings } from '../config/settings.ts';
import { printable } from '../format/printable.ts';
import type { OverheadResult } from '../result/run-result.ts';
import { settingsIn } from '../result/settings-in.ts';
import { limitedCosts } from '../gates/cost-limits.ts';
import type { CostLimits, FlagValues, Milliseconds, Seconds } from '../../thresholds/types.ts';
import { isInSeries, judgeRuns, pairUp, type RunPair, type RunsQuestion } from './judge-runs.ts';
import { deploymentReservation, describeDifference, likenessOf } from './likeness.ts';
import type { MeasuredRun, Tool, UnusableRun } from './measured-run.ts';
import { notesOnRuns, overheadOfRuns, type Ending } from './overhead-of-runs.ts';

type AnyRun = MeasuredRun | UnusableRun;

/** One file of a comparison, as it was read. */
export interface ComparedRun {
  file: string;
  tool: Tool;
  startedAt: string | null;
  p95Ms: Milliseconds | null;
  /** How its P95 was had; why there is none. */
  p95From: string;
  requests: number | null;
  errors: number | null;
  flags: FlagValues | null;
  /** What the flags are of, where the file states them. */
  settings: TargetSettings | null;
}

/** What `compare` finds, and writes with `--json`. */
export interface Comparison {
  schemaVersion: 1;
  kind: 'comparison';
  baseline: ComparedRun[];
  treatment: ComparedRun[];
  /** In what runs differ that should not; empty unless the comparison was forced. */
  unlike: string[];
  overhead: OverheadResult;
  notes: string[];
}

/** Runs that cannot be compared; the message is one line. */
export class UnlikeRunsError extends Error {
  override readonly name = 'UnlikeRunsError';
}

/** What is asked of two groups. */
export interface CompareQuestion {
  budgets: readonly Budget[];
  /** How long each group must have been under load before its latency may decide. */
  leastSeconds: Seconds;
  /** On what files of whole runs do not tell. */
  costLimits: CostLimits;
  allowFaster: boolean;
  releases: boolean;
  force: boolean;
}

/**
 * Compares two groups of runs, the first pair by pair with the second. A group of one is a single pair, and always
 * INCONCLUSIVE; five pairs can decide. One unusable run makes the whole INVALID.
 * @param releases the groups are two states of one system with the same flags: else such groups are an A/A
 * @param force compares runs of different load or systems as well, and says so
 * @throws UnlikeRunsError if the groups are not alike, or not of one size
 */
export function compareRuns(
  baseline: readonly AnyRun[],
  treatment: readonly AnyRun[],
  { budgets, leastSeconds, costLimits, allowFaster, releases, force }: CompareQuestion,
): Comparison {
  if (baseline.length !== treatment.length) {
    throw new UnlikeRunsError(
      `${baseline.length} baseline and ${treatment.length} treatment runs: as many of each are needed, because a block is a pair of runs`,
    );
  }
  const [before, after] = [measured(baseline), measured(treatment)];
  const { unlike, noted } = likenessOf(before, after);
  const [first] = unlike;
  if (first !== undefined && !force) {
    throw new UnlikeRunsError(
      `the runs are not alike: ${printable(describeDifference(first), 400)}; --force compares them all the same`,
    );
  }
  const unusable = [...baseline, ...treatment].filter((run) => run.kind === 'unusable');
  const question: RunsQuestion = {
    budgets,
    planned: baseline.length,
    earlyStop: false,
    leastSeconds,
    sameFlags: !releases && haveSameFlags([...before, ...after]),
    mayBeFaster:
      allowFaster ||
      !before.every(
        ({ result }) =>
          result !== null && isEverythingOff(settingsIn(result), result.configuration.flags ?? {}),
      ),
    unproven: force ? null : unjudgedLimits(costLimits),
    reservation:
      deploymentReservation(before, after) ??
      (force ? null : silenceReservation([...before, ...after], releases)),
  };
  const pairs = unusable.length > 0 ? [] : pairUp(before, after);
  const overhead = overheadOfRuns(question, pairs, endingOf(question, pairs, unusable), {
    flags: { baseline: flagsOf(before), treatment: flagsOf(after) },
    orders: [],
    flagsRestored: null,
  });
  return {
    schemaVersion: 1,
    kind: 'comparison',
    baseline: inOrder(pairs, 'baseline', baseline).map(comparedRun),
    treatment: inOrder(pairs, 'treatment', treatment).map(comparedRun),
    unlike: unlike.map(describeDifference),
    overhead,
    notes: [
      ...notesOf(pairs, [...before, ...after]),
      ...noted.map((difference) => `Differs: ${describeDifference(difference)}.`),
      ...notesOnRuns(overhead),
    ],
  };
}

/** A limit that nothing was seen of must not pass. */
function unjudgedLimits(limits: CostLimits): string | null {
  const names = limitedCosts(limits).map(({ cost }) => cost);
  if (names.length === 0) return null;
  return `whole runs do not tell what overhead.limits limits (${names.join(', ')}): the experiment does, and --force judges the latency alone`;
}

/** Requests that fail fast look like a fast system, and flags that did not differ like a cheap one. */
function silenceReservation(runs: readonly MeasuredRun[], releases: boolean): string | null {
  const errors = runs.find((run) => run.errors === null);
  if (errors !== undefined) {
    return `${errors.file} does not state how many requests failed, and failed ones may be fast: --force judges the latency alone`;
  }
  const flags = releases ? undefined : runs.find((run) => knownFlags(run) === null);
  if (flags === undefined) return null;
  const why =
    flags.result?.configuration.switchedBy === 'label' ? 'only labels its flags' : 'does not state its flags';
  return `${flags.file} ${why}, and without a difference in them there is no overhead: --force takes your word`;
}

/** The flags that were in force, as far as that is known: a label says what someone believed. */
function knownFlags({ result }: MeasuredRun): Record<string, unknown> | null {
  if (result === null || result.configuration.switchedBy === 'label') return null;
  return result.configuration.flags;
}

function endingOf(
  question: RunsQuestion,
  pairs: readonly RunPair[],
  unusable: readonly UnusableRun[],
): Ending {
  if (unusable.length > 0) {
    const reason = unusable.map(({ file, problem }) => `${file} ${problem}`).join('; ');
    return { kind: 'invalid', reason, judged: null };
  }
  return { kind: 'judged', judged: judgeRuns(question, pairs) };
}

function notesOf(pairs: readonly RunPair[], runs: readonly MeasuredRun[]): string[] {
  const labelled = runs.filter(({ result }) => result?.configuration.switchedBy === 'label');
  const { tool } = runs[0] ?? {};
  return [
    ...labelled.map(({ file }) => `The target of ${file} could not be switched: its flags only label it.`),
    ...(haveSameFlags(runs) ? ['Both groups ran with the same flags.'] : []),
    ...(isInSeries(pairs)
      ? [
          'One group ran after the other: whatever drifted between them counts as overhead, and the interval does not show it. ' +
            'Alternate the runs, as the mode "runs" of the command overhead does.',
        ]
      : []),
    ...(tool === undefined || tool === 'k6-overhead' ? [] : [FOREIGN[tool]]),
  ];
}

/** What one must know about the files of each other tool. */
const FOREIGN: Readonly<Record<Exclude<Tool, 'k6-overhead'>, string>> = {
  k6: "P95 of each run is k6's own; that of a group comes from the percentiles in the files, linear between them; 0 ms and the highest percentile stand for a minimum and a maximum that are not there. Requests of setup are included, and a refused connection counts as 0 ms. Load and target are not stated: only you know that they are alike.",
  'ab -e':
    'P95 of each run is ab\'s own; that of a group comes from the 101 percentiles, and all runs weigh alike, because ab does not say how many requests there were. Errors are not stated: see "Non-2xx responses" and "Failed requests" in ab\'s output.',
  'ab -g':
    'P95 comes from all requests, in whole milliseconds and with connecting. Errors are not stated: see "Non-2xx responses" and "Failed requests" in ab\'s output.',
  Artillery:
    "P95 of each run is Artillery's own, right to about 1 %; that of a group comes from the percentiles in the files, linear between them. Requests without an answer are errors and have no latency. Load and target are not stated: only you know that they are alike.",
};

/** Whatever the order of their names; labels alone count as well: two equal ones promise no difference. */
function haveSameFlags(runs: readonly MeasuredRun[]): boolean {
  const texts = runs.map(({ result }) => {
    const flags = result?.configuration.flags;
    return flags == null ? 'not known' : JSON.stringify(flags, Object.keys(flags).sort());
  });
  return !texts.includes('not known') && new Set(texts).size === 1;
}

/** The runs of a group as they were paired; as given where they were not. */
function inOrder(
  pairs: readonly RunPair[],
  group: keyof RunPair,
  given: readonly AnyRun[],
): readonly AnyRun[] {
  return pairs.length === 0 ? given : pairs.map((pair) => pair[group]);
}

function measured(runs: readonly AnyRun[]): MeasuredRun[] {
  return runs.filter((run) => run.kind === 'measured');
}

function flagsOf([first]: readonly MeasuredRun[]): FlagValues {
  return { ...first?.result?.configuration.flags };
}

function comparedRun(run: AnyRun): ComparedRun {
  const flags = run.result?.configuration.flags ?? null;
  const settings = run.result === null ? null : settingsIn(run.result);
  const { file, tool } = run;
  if (run.kind === 'unusable') {
    return {
      file,
      tool,
      flags,
      settings,
      startedAt: run.result?.run.startedAt ?? null,
      p95Ms: null,
      p95From: run.problem,
      requests: null,
      errors: null,
    };
  }
  const { startedAt, p95Ms, p95From, requests, errors } = run;
  return { file, tool, flags, settings, startedAt, p95Ms, p95From, requests, errors };
}
