// Checks thresholds/ as a part of the build: its types, and what every setting may be.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;
const require = createRequire(import.meta.url);
const PROJECT = 'tsconfig.thresholds.json';
/** Names what was found well the last time: nothing is checked twice. */
const remembered = join(root, '.cache/checked-thresholds');

/**
 * Fails a build whose thresholds/ is wrong, before a bundle is written.
 * @param hashOf the hash of a folder's sources
 */
export const checkedThresholds = (hashOf) => ({
  name: 'thresholds',
  setup({ onStart }) {
    onStart(async () => {
      // Found out first: what is saved while the check runs has not been checked.
      const state = stateOf(hashOf);
      if (read(remembered) === state) return undefined;
      const types = await typeErrors();
      const errors = types.length > 0 ? types : await wrongSettings();
      if (errors.length === 0) rememberChecked(state);
      return { errors };
    });
  },
});

/** Identifies all that a check depends on. */
export function stateOf(hashOf) {
  return createHash('sha256')
    .update(['thresholds', 'lib/config'].map((folder) => hashOf(join(root, folder))).join())
    .update(['tsconfig.json', PROJECT].map((name) => readFileSync(join(root, name))).join())
    .update(require('typescript/package.json').version)
    .digest('hex');
}

/** What TypeScript says, with the place of each error. */
async function typeErrors() {
  const args = [require.resolve('typescript/bin/tsc'), '-p', PROJECT, '--pretty', 'false'];
  const { failed, output } = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr });
    });
  });
  if (!failed) return [];
  const errors = [...output.matchAll(/^(\S+)\((\d+),(\d+)\): error (.*)$/gm)];
  if (errors.length === 0) return [{ text: `the types of thresholds/ cannot be checked: ${output}` }];
  return errors.map(([, file, line, column, text]) => ({
    text,
    location: { file, line: Number(line), column: Number(column) - 1, lineText: lineOf(file, line) },
  }));
}

/** What the schema refuses in any file, as the start of a run would. */
async function wrongSettings() {
  const { thresholdsProblems } = await importTypeScript('lib/config/check-thresholds.ts');
  return thresholdsProblems().map((text) => ({ text }));
}

/** A module of the project as Node has it, also where Node knows no TypeScript. */
export async function importTypeScript(file) {
  const { outputFiles } = await build({
    entryPoints: [join(root, file)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const module = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${module}`);
}

function lineOf(file, line) {
  return readFileSync(join(root, file), 'utf8').split('\n')[Number(line) - 1];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What is in this state is not checked again. A folder that cannot be written costs a second the next time, and no more. */
export function rememberChecked(state) {
  try {
    mkdirSync(dirname(remembered), { recursive: true });
    writeFileSync(remembered, state);
  } catch {
    return;
  }
}
