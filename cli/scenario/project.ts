/** Where things lie in the project, whatever folder a command is called from. */
import { resolve } from 'node:path';

export const projectFolder = resolve(import.meta.dirname, '../..');

/** The bundle of a scenario, as the build writes it. */
export function bundlePath(scenario: string): string {
  return resolve(projectFolder, 'dist', `${scenario}.js`);
}

/** The folder that a run writes its reports to: REPORT_DIR from the working directory, else the project's own. */
export function reportFolder(reportDir: string | undefined): string {
  return reportDir === undefined || reportDir.trim() === ''
    ? resolve(projectFolder, 'reports')
    : resolve(reportDir);
}
