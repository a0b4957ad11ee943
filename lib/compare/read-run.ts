/** A run from a file of any tool that the guide names. */
import { messageOf } from '../format/message-of.ts';
import { LEAST_REQUESTS } from '../config/experiment-plan.ts';
import { parseJson } from '../format/plain-json.ts';
import { parseRunResult } from '../result/run-result.ts';
import { PERCENTILES_HEADER, readPercentiles, readRequests, REQUESTS_HEADER } from './apache-bench.ts';
import { readArtillery } from './artillery.ts';
import { RunFileError, type MeasuredRun, type UnusableRun } from './measured-run.ts';
import { runOfResult } from './suite-result.ts';
import { readK6Summary } from './k6-summary.ts';

const FORMATS = 'a result of this suite, a summary of k6, an Artillery report, or what ab -e or ab -g writes';

/**
 * The run in a file; which tool wrote it is found from its content.
 * @param file its name, for messages
 * @throws RunFileError one line: what is wrong with the file, and what would be right
 */
export function readRun(text: string, file: string): MeasuredRun | UnusableRun {
  return ofEnoughRequests(readAny(text, file));
}

/** A run, or why nothing can be concluded from so few requests. */
export function ofEnoughRequests(run: MeasuredRun | UnusableRun): MeasuredRun | UnusableRun {
  if (run.kind === 'unusable' || run.requests === null || run.requests >= LEAST_REQUESTS) return run;
  const problem = `has ${run.requests} requests; at least ${LEAST_REQUESTS} are needed for a P95`;
  return { kind: 'unusable', file: run.file, tool: run.tool, problem, result: run.result };
}

function readAny(text: string, file: string): MeasuredRun | UnusableRun {
  const [firstLine = ''] = text.split(/\r?\n/, 1);
  if (text.trim() === '') throw new RunFileError(`${file}: is empty; expected ${FORMATS}`);
  if (firstLine === PERCENTILES_HEADER) return readPercentiles(text, file);
  if (firstLine === REQUESTS_HEADER) return readRequests(text, file);
  if (!text.trimStart().startsWith('{'))
    throw new RunFileError(`${file}: is of no known kind; expected ${FORMATS}`);
  return readJson(text, file);
}

function readJson(text: string, file: string): MeasuredRun | UnusableRun {
  const value = parse(text, file);
  if ('schemaVersion' in value) return readResult(text, file);
  if ('aggregate' in value) return readArtillery(value, file);
  if ('metrics' in value || 'results' in value) return readK6Summary(value, file);
  throw new RunFileError(`${file}: is JSON of no known kind; expected ${FORMATS}`);
}

function parse(text: string, file: string): object {
  try {
    return parseJson(text) as object;
  } catch (error) {
    throw new RunFileError(`${file}: ${messageOf(error)}; expected ${FORMATS}`);
  }
}

function readResult(text: string, file: string): MeasuredRun | UnusableRun {
  try {
    return runOfResult(parseRunResult(text, file), file);
  } catch (error) {
    if (error instanceof RunFileError) throw error;
    throw new RunFileError(messageOf(error));
  }
}
