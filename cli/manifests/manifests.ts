/** Writes what k6-operator needs for a run. */
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { CliError } from '../errors.ts';
import { saveFile } from '../save-file.ts';
import { bundleText } from '../scenario/bundles.ts';
import { runsOf, type Asked } from './runs.ts';
import { resultsReader, resultsVolume, script, testRun, type Run } from './test-run.ts';

/** etcd refuses larger ConfigMaps. */
const LARGEST_CONFIG_MAP = 2 ** 20;

/**
 * Writes the manifests of a run into a folder: storage and scripts, then the test runs in the order of their start.
 * @returns the files
 * @throws CliError where a setting is wrong or a file cannot be written
 */
export async function writeManifests(asked: Asked, folder: string): Promise<string[]> {
  const runs = runsOf(asked);
  const scripts = asYaml(await Promise.all(runs.map(scriptOf)));
  const written: string[] = [];
  for (const [name, text] of [...manifestsOf(runs), ['2-scripts.yaml', scripts] as const]) {
    const file = join(folder, name);
    await saveFile(file, text);
    written.push(relative(process.cwd(), file));
  }
  return written.sort();
}

/** All files but the scripts: storage, the test runs in the order of their start, and what fetches the results. */
export function manifestsOf(runs: readonly Run[]): [name: string, text: string][] {
  return [
    ['1-storage.yaml', asYaml(runs.map(resultsVolume))],
    ...runs.map((run, i): [string, string] => [`${i + 3}-${run.scenario}.yaml`, asYaml([testRun(run)])]),
    ['reader.yaml', asYaml(runs.map(resultsReader))],
  ];
}

function asYaml(objects: readonly object[]): string {
  // kubectl reads YAML 1.1, for which a bare `off` is false and `1:30` is ninety.
  const options = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  return objects.map((object) => stringify(object, options)).join('---\n');
}

async function scriptOf(run: Run): Promise<object> {
  const text = await bundleText(run.scenario, run.environment);
  const bytes = Buffer.byteLength(text);
  if (bytes >= LARGEST_CONFIG_MAP) {
    throw new CliError(
      `dist/${run.scenario}.js has ${bytes} bytes; a ConfigMap takes ${LARGEST_CONFIG_MAP} at most`,
    );
  }
  return script(run, text);
}
