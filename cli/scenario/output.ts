/** k6's standard output in two: the report for a file or a pipe, everything else for the eye. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** The first line of every report starts with this. */
const HEADER = 'k6-overhead  ';
/** k6's own words about progress, which come after the report: `running (…` or, where nothing was loaded, `Run  [`. */
const PROGRESS = /^(running \(|Run +\[)/;

/**
 * Sends the report that k6 prints to `report`, and k6's banner and progress to `rest`.
 *
 * A reader of `report` that goes away early (`| head`) does not end the run.
 */
export function splitOutput(output: Readable, report: Writable, rest: Writable): void {
  let inReport = false;
  report.on('error', () => undefined);
  createInterface({ input: output }).on('line', (line) => {
    inReport = line.startsWith(HEADER) || (inReport && !PROGRESS.test(line));
    (inReport ? report : rest).write(`${line}\n`);
  });
}
