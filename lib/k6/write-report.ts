/** The end of a run: JSON and text, in files and on the terminal. */
import { textSummary } from 'k6-jslib-summary';
import { buildInfo } from '../config/build-info.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Target } from '../config/config.ts';
import type { Part } from '../config/part.ts';
import type { Env } from '../config/variables.ts';
import { besideBackground, type RunContext, type RunEnd } from '../summary/result-of-summary.ts';
import { reportName } from '../result/report-name.ts';
import { RESULT_FILE, textFileOf } from '../result/result-file.ts';
import type { RunResult } from '../result/run-result.ts';
import type { SummaryData } from '../summary/summary-data.ts';
import type { Reported } from './inputs.ts';
import type { Document } from '../report/document.ts';
import { terminalOf, terminalText } from '../report/terminal.ts';
import { textOf } from '../report/text.ts';

/** The columns of k6's own summary; the suite asks k6 for hundreds of percentiles that nobody wants to read. */
const COLUMNS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'];

/** Where CI systems name the commit that they run for. */
const COMMIT_VARIABLES = ['GITHUB_SHA', 'CI_COMMIT_SHA'];

function commitOf(env: Env): string | null {
  const values = COMMIT_VARIABLES.map((name) => env[name]);
  return values.find((value) => value !== undefined && value !== '') ?? null;
}

/** A run's report: for files, and for the terminal. */
interface Report {
  json: string;
  text: string;
  /** What standard output shows; null: the text goes to standard error, because it is broken. */
  shown: string | null;
}

/**
 * The files and the terminal's text of a run: for the command line where it has started k6, which shows them itself. Never
 * throws: k6 would exit 0 without a report.
 * @param resultOf makes the result from k6's summary
 * @param describe makes the report of it
 */
export function writeReport(
  config: Reported<Target> & { scenario: string; part?: Part | null },
  data: SummaryData,
  env: Env,
  end: RunEnd,
  resultOf: (context: RunContext) => RunResult,
  describe: (result: RunResult) => Document,
): Record<string, string> {
  const { scenario, environment, part, reports } = config;
  const { json, text, shown } = reportOf(config, data, env, () => {
    const result = besideBackground(config, resultOf({ ...end, commit: commitOf(env) }));
    return { result, document: describe(result) };
  });
  const name = reportName(scenario, environment, end.endedAt, part);
  const file = env[RESULT_FILE] ?? `${reports.path}/${name}.json`;
  const files = { [file]: json, [textFileOf(file)]: text };
  if (shown === null) return { stderr: text, ...files };
  if (env[RESULT_FILE] !== undefined) return files;
  if (reports.missing) {
    const problem = `REPORT_DIR: '${reports.path}' is not a folder; expected one that exists: the report is above, and in no file`;
    return { stdout: `\n${text}`, stderr: `k6-overhead: ${problem}\n` };
  }
  // Whether they can be written, k6 finds out only afterwards, and says.
  return { stdout: `${shown}\nWriting the report: ${textFileOf(file)}, ${file}\n`, ...files };
}

function reportOf(
  config: Target & { scenario: string },
  data: SummaryData,
  env: Env,
  make: () => { result: RunResult; document: Document },
): Report {
  try {
    refuseOtherSummary(data);
    const { result, document } = make();
    const json = `${JSON.stringify(result)}\n`;
    const report = textOf(document);
    if (result.outcome.status === 'not run') return { json, text: report, shown: report };
    const terminal = terminalOf(data, env);
    const text = `${report}\n${k6Summary(data, result)}\n`;
    return { json, text, shown: `\n${terminal === null ? text : terminalText(document, terminal)}` };
  } catch (error) {
    const problem = problemOf(error);
    const text = [
      `k6-overhead  ${config.scenario}  ${config.environment}  thresholds ${buildInfo.thresholds}`,
      `BROKEN REPORT  the summary could not be made; the exit code still is k6's judgement of the thresholds`,
      problem,
      '',
    ].join('\n');
    const broken = { schemaVersion: 0, outcome: { status: 'broken report', reason: problem } };
    return { json: `${JSON.stringify(broken)}\n`, text, shown: null };
  }
}

/**
 * What a variable asks for is refused at init; of the option of k6 only the summary tells.
 * @throws ConfigError for k6's other kind of summary
 */
function refuseOtherSummary(data: Partial<SummaryData>): void {
  if (data.metrics !== undefined) return;
  throw new ConfigError(
    '--new-machine-readable-summary',
    'leaves out the percentiles that the report is made of',
    'expected k6 without it',
  );
}

function problemOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What an experiment hands over by block and arm: without its tags it says nothing. */
const OF_BLOCKS = /^(overhead|capacity)_.*\{|^overhead_(block|stall|share|carry|changed|settle)/;

/** k6's own summary, without the monitor and the many submetrics of the experiment: the report has them already. */
function k6Summary(data: SummaryData, { overhead, capacity }: RunResult): string {
  const metrics = Object.entries(data.metrics).filter(
    ([name]) =>
      !/^monitor(\{|$)/.test(name) && ((overhead === null && capacity === null) || !OF_BLOCKS.test(name)),
  );
  const shown = { ...data, metrics: Object.fromEntries(metrics) };
  return textSummary(shown, { indent: '  ', enableColors: false, summaryTrendStats: COLUMNS });
}
