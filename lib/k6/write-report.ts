/** The end of a run: JSON and text, on the terminal and in files. */
import { textSummary } from 'k6-jslib-summary';
import { buildInfo } from '../config/build-info.ts';
import type { Target } from '../config/config.ts';
import type { Part } from '../config/part.ts';
import type { Env } from '../config/variables.ts';
import { besideBackground, type RunContext } from '../summary/common.ts';
import { reportName } from '../result/report-name.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import { terminalOf, terminalReport } from '../report/terminal-text.ts';
import { textReport } from '../report/text.ts';

/** The columns of k6's own summary; the suite asks k6 for hundreds of percentiles that nobody wants to read. */
const COLUMNS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'];

/** Where CI systems name the commit that they run for. */
const COMMIT_VARIABLES = ['GITHUB_SHA', 'CI_COMMIT_SHA'];

/**
 * The files and the terminal's text of a run. Never throws: k6 would exit 0 without a report.
 * @param resultOf makes the result from k6's summary
 * @param endedAt when k6 handed that over
 */
export function writeReport(
  config: Target & { scenario: string; part?: Part | null },
  data: SummaryData,
  env: Env,
  resultOf: (context: RunContext) => RunResult,
  endedAt = new Date(),
): Record<string, string> {
  const name = reportName(config.scenario, config.environment, endedAt, config.part);
  const path = `${config.reportDir ?? '.'}/${name}`;
  try {
    const commit =
      COMMIT_VARIABLES.map((name) => env[name]).find((value) => value !== undefined && value !== '') ?? null;
    const result = besideBackground(config, resultOf({ endedAt, commit }));
    const report = textReport(result);
    const notRun = result.outcome.status === 'not run';
    const terminal = terminalOf(data, env);
    const text = notRun ? report : `${report}\n${k6Summary(data, result)}\n`;
    return {
      stdout: notRun
        ? report
        : `\n${terminal === null ? text : terminalReport(result, terminal)}\nReport: ${path}.txt, ${path}.json\n`,
      [`${path}.json`]: `${JSON.stringify(result)}\n`,
      [`${path}.txt`]: text,
    };
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const report = [
      `k6-overhead  ${config.scenario}  ${config.environment}  thresholds ${buildInfo.thresholds}`,
      `BROKEN REPORT  the summary could not be made; the exit code still is k6's judgement of the thresholds`,
      problem,
      '',
    ].join('\n');
    return {
      stderr: report,
      [`${path}.json`]: `${JSON.stringify({ schemaVersion: 0, outcome: { status: 'broken report', reason: problem } })}\n`,
      [`${path}.txt`]: report,
    };
  }
}

/** k6's own summary, without the monitor and the many submetrics of the experiment: the report has them already. */
function k6Summary(data: SummaryData, { overhead, capacity }: RunResult): string {
  const metrics = Object.entries(data.metrics).filter(
    ([name]) =>
      !/^monitor(\{|$)/.test(name) &&
      ((overhead === null && capacity === null) || !/^(overhead|capacity)_.*\{/.test(name)),
  );
  const shown = { ...data, metrics: Object.fromEntries(metrics) };
  return textSummary(shown, { indent: '  ', enableColors: false, summaryTrendStats: COLUMNS });
}
