/** Where k6 leaves its report for the command line that has started it. */

/** The variable that names the JSON's file: internal, between the command line and its k6. */
export const RESULT_FILE = 'RESULT_FILE';

/** The text report lies beside the JSON. */
export function textFileOf(resultFile: string): string {
  return resultFile.replace(/\.json$/, '.txt');
}
