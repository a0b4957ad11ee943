/** `overhead --mode runs`: whole runs of a load scenario, with and without the flags, judged as pairs. */
import { join } from 'node:path';
import { thresholdsHash } from '../../build.mjs';
import { describeBudgetOf } from '../../lib/config/budgets.ts';
import { overheadOfRuns } from '../../lib/compare/overhead-of-runs.ts';
import { resultOfRuns } from '../../lib/compare/result-of-runs.ts';
import { provideK6 } from '../k6/provide.ts';
import { progress } from '../say.ts';
import { buildFor } from '../scenario/bundles.ts';
import { projectFolder } from '../scenario/project.ts';
import { printReport, reportOf, saveReport } from '../scenario/report.ts';
import { configured } from './configured.ts';
import { Interrupts } from './interrupts.ts';
import { RunsSeries } from './runs-series.ts';
import {
  lettersOf,
  orderOfPair,
  runsSettings,
  type RunsOptions,
  type RunsSettings,
} from './runs-settings.ts';
import type { Variables } from '../scenario/variables.ts';

/**
 * Runs the series, leaves the target as it was found, writes the result and prints its report; progress goes to
 * standard error.
 * @returns the verdict's exit code, or 105 after Ctrl+C
 * @throws CliError for wrong settings, and where there is no k6
 */
export async function measureRuns(options: RunsOptions, variables: Variables): Promise<number> {
  const settings = configured(() => runsSettings(options, variables));
  await buildFor(settings.scenario);
  const { path: k6 } = await provideK6();
  const startedAt = new Date();
  const interrupts = new Interrupts();
  try {
    progress(introduction(settings));
    const series = new RunsSeries(settings, k6, interrupts);
    const ending = await series.run();
    const { restored, note } = await series.restore();
    const overhead = overheadOfRuns(settings.question, series.pairs, ending, {
      flags: { baseline: { ...settings.arms[0].flags }, treatment: { ...settings.arms[1].flags } },
      orders: series.orders,
      flagsRestored: restored,
    });
    const result = resultOfRuns(
      {
        config: { ...settings.arms[0].config, seed: settings.seed },
        thresholds: thresholdsHash(join(projectFolder, 'thresholds')),
        startedAt,
        endedAt: new Date(),
        results: series.results,
        notes: note === null ? [] : [note],
      },
      overhead,
    );
    const report = reportOf(result);
    printReport(report, await saveReport(settings.env.REPORT_DIR, report));
    return overhead.verdict.exitCode;
  } finally {
    interrupts.release();
  }
}

function introduction(settings: RunsSettings): string {
  const { scenario, arms, question, asked, seed } = settings;
  const [{ config, command }] = arms;
  const orders = Array.from({ length: question.planned }, (_, index) =>
    lettersOf(orderOfPair(settings, index)),
  );
  const where = command === null ? arms.map((arm) => arm.config.baseUrl).join(' and ') : config.baseUrl;
  return [
    `${question.planned} pairs of ${scenario} runs on ${config.environment} (${where}): ${asked.baseline} against ${asked.treatment}, budget ${question.budgets.map(describeBudgetOf).join(', ')}`,
    `seed ${seed}, order ${orders.join(' ')}`,
  ].join('\n');
}
