/** Accepts results as the ones to compare with, and shows which are. */
import { join } from 'node:path';
import { describeRun, type HistoryEntry } from '../../lib/history/entry.ts';
import { lineKey, notAPoint } from '../../lib/history/line.ts';
import { METRICS } from '../../lib/history/metrics.ts';
import { ofEnoughRequests } from '../../lib/compare/read-run.ts';
import { runOfResult } from '../../lib/compare/suite-result.ts';
import type { ResultFile } from '../../lib/result/parts.ts';
import { startMs, type RunResult } from '../../lib/result/run-result.ts';
import { printable } from '../../lib/format/printable.ts';
import { supportedBudgetMs } from '../../lib/result/supported-budget.ts';
import { CliError } from '../errors.ts';
import { readResults } from '../scenario/result.ts';
import { acceptBaseline, kindOf, readBaselines, type Baseline, type Kind } from './baselines.ts';
import { addResult, readHistory, type History } from './folder.ts';
import { tell, say } from '../say.ts';

/**
 * Makes results the baseline of their scenario, environment and machine class. They are added to the history as well.
 * @param withBudget also writes the smaller budget that a single overhead supports to its environment's file
 * @throws CliError where one measured nothing, or they are not of one kind
 */
export async function acceptFiles(
  files: readonly string[],
  folder: string,
  withBudget = false,
): Promise<void> {
  const results = await readResults(files);
  for (const { file, result } of results) {
    const problem = notAPoint(result);
    if (problem !== null) throw new CliError(`${file} ${problem}: it is no baseline`);
  }
  const [first, ...others] = results;
  const unlike = others.find(
    ({ result }) => first !== undefined && lineKey(result) !== lineKey(first.result),
  );
  if (first !== undefined && unlike !== undefined) {
    throw new CliError(
      `${unlike.file} and ${first.file} are runs of another load or machine: accept each kind by itself`,
    );
  }
  const budget = withBudget ? smallerBudget(results) : null;
  const entries: HistoryEntry[] = [];
  for (const { result } of results.sort((a, b) => startMs(a.result) - startMs(b.result))) {
    const { file } = await addResult(folder, result);
    entries.push({ file, added: 0, result });
  }
  await acceptBaseline(folder, entries);
  if (first === undefined) return;
  say(`accepted for ${describeKind(kindOf(first.result))}:`, ...entries.map(lineOf));
  for (const { file, result } of results) {
    if (result.outcome.status === 'failed')
      say(`note: ${file} had failed: ${printable(result.outcome.reason, 300)}`);
    if (result.overhead !== null || result.capacity !== null) continue;
    const run = ofEnoughRequests(runOfResult(result, file));
    if (run.kind === 'unusable') say(`note: ${file} ${run.problem}: \`compare\` will not take it`);
  }
  if (budget === null) return;
  const { setBudget } = await import('./set-budget.ts');
  say(await setBudget(budget.environment, budget.budgetMs));
}

/** @throws CliError where no single result supports one */
function smallerBudget(results: readonly ResultFile[]): {
  environment: string;
  budgetMs: number;
} {
  const [only, another] = results;
  if (only === undefined || another !== undefined)
    throw new CliError('--budget: takes a single overhead result, which supports it');
  const { overhead, run } = only.result;
  const budgetMs = overhead === null ? null : supportedBudgetMs(overhead);
  if (budgetMs === null)
    throw new CliError(
      `--budget: ${only.file} supports none of half its budget or less; expected a PASS far below it`,
    );
  return { environment: run.environment, budgetMs };
}

export async function showBaselines(folder: string): Promise<void> {
  const { baselines, problems } = await readBaselines(folder);
  problems.forEach(tell);
  if (baselines.length === 0) {
    say(`${folder}: no baseline; \`npm run baseline -- accept <result.json>\` makes one`);
    return;
  }
  const history = await readHistory(folder);
  for (const baseline of baselines) {
    say(`${describeKind(baseline)}, accepted ${baseline.acceptedAt}:`);
    say(...entriesOf(baseline, history, folder).map(lineOf));
  }
}

/**
 * The files of the baseline that a result belongs to, the latest last.
 * @throws CliError where there is none, or one of its results is gone
 */
export async function baselineFilesFor(result: RunResult, folder: string): Promise<string[]> {
  const kind = kindOf(result);
  const { baselines } = await readBaselines(folder);
  const found = baselines.find((one) => isOf(one, kind));
  if (found === undefined) {
    throw new CliError(
      `${folder}: no baseline for ${describeKind(kind)}; \`npm run baseline -- accept <result.json>\` makes one`,
    );
  }
  return entriesOf(found, await readHistory(folder), folder).map(({ file }) => join(folder, file));
}

function isOf(one: Kind, { scenario, environment, machineClass }: Kind): boolean {
  return one.scenario === scenario && one.environment === environment && one.machineClass === machineClass;
}

function entriesOf({ results }: Baseline, { entries }: History, folder: string): HistoryEntry[] {
  return results.map((file) => {
    const entry = entries.find((one) => one.file === file);
    if (entry === undefined) {
      throw new CliError(
        `${join(folder, file)}: accepted as baseline, and not to be read: accept another result`,
      );
    }
    return entry;
  });
}

function describeKind({ scenario, environment, machineClass }: Kind): string {
  return printable(`${scenario} on ${environment}, ${machineClass ?? 'machine not stated'}`, 300);
}

/** `  0123456 of 2026-03-01 12:00  P95 12.3 ms, error rate 0.00 %`. */
function lineOf({ file, result }: HistoryEntry): string {
  const values = METRICS.flatMap(({ title, of, human }) => {
    const value = of(result);
    return value === null ? [] : [`${title} ${human(value)}`];
  });
  return printable(`  ${describeRun(result)}  ${values.join(', ')}  ${file}`, 400);
}
