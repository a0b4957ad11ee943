/** Compares runs from files. */
import { compareRuns, UnlikeRunsError, type CompareQuestion } from '../../lib/compare/comparison.ts';
import { RunFileError, type MeasuredRun } from '../../lib/compare/measured-run.ts';
import { readRun } from '../../lib/compare/read-run.ts';
import { describeComparison } from '../../lib/report/describe-comparison.ts';
import { textOf } from '../../lib/report/text.ts';
import { budgetsOf } from '../../lib/config/budgets.ts';
import { overheadProfile } from '../../lib/config/overhead-config.ts';
import { environments } from '../../thresholds/environments.ts';
import type { Environment } from '../../thresholds/types.ts';
import { asCliError, CliError, codeOf, messageOf } from '../errors.ts';
import { readText } from '../read-text.ts';
import { baselineFilesFor } from '../history/baseline.ts';
import { configured } from '../overhead/configured.ts';
import { saveFile } from '../save-file.ts';
import { readResult } from '../scenario/result.ts';

export interface Groups {
  baseline: readonly string[];
  treatment: readonly string[];
}

interface CompareSettings {
  /** `--budget`; by default BUDGET, then the environment of the runs, then thresholds/overhead.ts. */
  budget: string | undefined;
  /** The groups are two releases with the same flags, as where the accepted results are one of them. */
  releases: boolean;
  force: boolean;
  /** Where the comparison is written as JSON. */
  json: string | undefined;
}

/**
 * The files against the accepted results of their kind: the latest ones, as many as there are files.
 * @throws CliError where nothing was accepted
 */
export async function withBaseline(files: readonly string[], folder: string): Promise<Groups> {
  const result = await readResult(files[0] ?? '');
  const accepted = await baselineFilesFor(result, folder);
  return { baseline: accepted.slice(-files.length), treatment: files };
}

/**
 * Compares two groups of files, prints the comparison, and gives the exit code of its verdict.
 * @throws CliError where a file is none, or the runs are not alike: exit code 1, nothing was judged
 * @throws CliError where the budget is none: exit code 107, k6's for a wrong setting
 */
export async function compareFiles(groups: Groups, settings: CompareSettings): Promise<number> {
  const files = await Promise.all([...groups.baseline, ...groups.treatment].map(load));
  refuseTwins(files, ({ text }) => text);
  const runs = files.map(({ file, text }) => asCliError(RunFileError, () => readRun(text, file)));
  // The history keeps a result shorter than it was written: the same run in other words.
  refuseTwins(runs, ({ result }) => result && `${result.run.startedAt} ${result.configuration.seed}`);
  const [baseline, treatment] = [runs.slice(0, groups.baseline.length), runs.slice(groups.baseline.length)];
  const question = {
    ...judgedBy(settings.budget, runs),
    releases: settings.releases,
    force: settings.force,
  };
  const comparison = asCliError(UnlikeRunsError, () => compareRuns(baseline, treatment, question));
  process.stdout.write(textOf(describeComparison(comparison)));
  if (settings.json !== undefined) await saveFile(settings.json, `${JSON.stringify(comparison, null, 2)}\n`);
  return comparison.overhead.verdict.exitCode;
}

/**
 * One run counts once, under whatever names: given twice it would look like two that agree to the last digit.
 * @param identityOf what two files of one run share; null where a file does not say
 */
function refuseTwins<T extends { file: string }>(
  files: readonly T[],
  identityOf: (of: T) => string | null,
): void {
  const seen = new Map<string, string>();
  for (const one of files) {
    const identity = identityOf(one);
    if (identity === null) continue;
    const twin = seen.get(identity);
    if (twin !== undefined) throw new CliError(`${one.file} and ${twin} are the same run: each counts once`);
    seen.set(identity, one.file);
  }
}

async function load(file: string): Promise<{ file: string; text: string }> {
  try {
    return { file, text: await readText(file) };
  } catch (error) {
    throw new CliError(`${file}: cannot be read (${codeOf(error) ?? messageOf(error)})`);
  }
}

/** By `--budget`, BUDGET and LEAST_SECONDS, then the environment of the runs, then thresholds/overhead.ts. */
function judgedBy(
  given: string | undefined,
  runs: readonly Pick<MeasuredRun, 'result'>[],
): Pick<CompareQuestion, 'budgets' | 'leastSeconds' | 'costLimits' | 'allowFaster'> {
  const name = runs.find(({ result }) => result !== null)?.result?.run.environment ?? '';
  const known: Readonly<Record<string, Environment>> = environments;
  const environment = Object.hasOwn(known, name) ? known[name] : undefined;
  return configured(() => {
    // Of an experiment alone: only what runs are judged by is read here.
    const env = { BUDGET: given ?? process.env.BUDGET, LEAST_SECONDS: process.env.LEAST_SECONDS };
    const profile = overheadProfile(env, { overhead: environment?.overhead ?? {} });
    const { leastSeconds, allowFaster, limits = {} } = profile;
    return { budgets: budgetsOf(profile), leastSeconds, costLimits: limits, allowFaster };
  });
}
