/** What a run needs of this machine: k6, a fresh bundle, a folder for its report, its input files. */
import { mkdir, mkdtemp, readFile, rmdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { thresholdsHash } from '../../build.mjs';
import type { Target } from '../../lib/config/config.ts';
import type { Payloads } from '../../lib/api/payloads.ts';
import { codeOf, messageOf } from '../errors.ts';
import { provideK6 } from '../k6/provide.ts';
import { describeNote, leftNotes } from '../restore/note.ts';
import { bundlePath, projectFolder, reportFolder } from '../scenario/project.ts';
import { payloadsOf } from '../api/client.ts';
import { ok, problem, type Finding } from './finding.ts';

export async function k6Finding(): Promise<Finding> {
  try {
    const { path, version, source } = await provideK6();
    return ok('k6', `${version}, ${path} (${source})`);
  } catch (error) {
    return problem('k6', messageOf(error), 'install k6, or name it by K6_BIN');
  }
}

/** A bundle that was built from other numbers than thresholds/ holds now would gate by the old ones. */
export async function bundleFinding(scenario: string): Promise<Finding> {
  const path = bundlePath(scenario);
  const shown = relative(projectFolder, path);
  const hash = thresholdsHash(join(projectFolder, 'thresholds'));
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return problem('bundle', `${shown} is not there`, 'npm run build');
  return text.includes(hash)
    ? ok('bundle', `${shown} is built from thresholds/ as they are (${hash})`)
    : problem('bundle', `${shown} is older than thresholds/ (${hash})`, 'npm run build');
}

/** Makes and removes a folder: permissions alone do not tell, and root has them all. */
export async function reportFolderFinding(reportDir: string | undefined): Promise<Finding> {
  const folder = reportFolder(reportDir);
  try {
    await mkdir(folder, { recursive: true });
    await rmdir(await mkdtemp(join(folder, '.doctor-')));
    return ok('reports', `${folder} can be written`);
  } catch (error) {
    const code = codeOf(error) ?? messageOf(error);
    return problem(
      'reports',
      `${folder} cannot be written (${code})`,
      'name a folder of yours by REPORT_DIR',
    );
  }
}

/** Runs that were killed, and may have left a target switched. */
export async function notesFindings(reportDir: string | undefined): Promise<Finding[]> {
  const { left, problems } = await leftNotes(reportFolder(reportDir));
  return [...problems, ...left.map(describeNote)].map((line) => problem('flags', line, 'npm run restore'));
}

/** The bodies of the run; `bodies` is null where they cannot be had. */
export async function payloadFinding({
  api,
}: Pick<Target, 'api'>): Promise<{ finding: Finding; bodies: Payloads['bodies'] | null }> {
  try {
    const { bodies } = await payloadsOf(api);
    return { finding: ok('payload', `${api.payload}: ${bodies.length} different bodies`), bodies };
  } catch (error) {
    const remedy = 'name a JSON file from the working directory by PAYLOAD, or mix, or test';
    return { finding: problem('payload', messageOf(error), remedy), bodies: null };
  }
}
