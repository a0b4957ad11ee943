/** One run of a scenario's bundle by k6, and the report that it hands over. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DISARMING } from '../../lib/load/disarming.ts';
import { RESULT_FILE, textFileOf } from '../../lib/result/result-file.ts';
import { parseRunResult } from '../../lib/result/run-result.ts';
import { CliError, codeOf, messageOf } from '../errors.ts';
import { provideK6 } from '../k6/provide.ts';
import { runK6, type RunK6Options } from '../k6/run.ts';
import { keepFlags } from '../restore/keep-flags.ts';
import { withCommands } from '../switching/with-commands.ts';
import { machineClass } from './machine-class.ts';
import { bundlePath } from './project.ts';
import type { Report } from './report.ts';
import { tell } from '../say.ts';

/** The report of a run; or why there is none, in one line. */
export type HandedOver = { ok: true; report: Report } | { ok: false; problem: string };

/**
 * Runs a built bundle to its end. Variables reach k6 by its environment, never by `-e`, which every user of the machine
 * could read.
 * @param k6Options of `k6 run`
 * @throws CliError where there is no k6, or no folder for what k6 hands over
 */
export async function runBundle(
  scenario: string,
  k6Options: readonly string[],
  options: RunK6Options,
): Promise<{ code: number; handedOver: HandedOver }> {
  const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-run-')).catch((error: unknown) => {
    throw new CliError(`${tmpdir()}: cannot be written: ${messageOf(error)}; TMPDIR names another folder`);
  });
  const k6 = options.k6 ?? (await provideK6()).path;
  const asked = { ...process.env, ...options.env };
  const file = join(folder, 'result.json');
  const env = {
    ...options.env,
    ...withoutDisarming(asked),
    MACHINE_CLASS: machineClass(asked),
    [RESULT_FILE]: file,
    // k6 resolves payload and token files by it, and a caller may have left it behind.
    PWD: process.cwd(),
  };
  try {
    const args = ['run', ...k6Options, bundlePath(scenario)];
    const given = { ...process.env, ...env };
    const code = await keepFlags(scenario, given, (target, commands) =>
      withCommands(target, given, commands, (more) =>
        runK6(args, { ...options, k6, env: { ...env, ...more } }),
      ),
    );
    return { code, handedOver: await readHandedOver(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What a shell hands down to every k6, where nobody asked for it. The last may take away the report that k6 hands over; plain
 * k6 judges without one.
 */
const TAKEN_OUT = [...DISARMING, 'K6_SUMMARY_MODE'];
const said = new Set<string>();

/** Takes them out of k6's environment, and says so once. */
function withoutDisarming(asked: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const found = TAKEN_OUT.filter((name) => asked[name] !== undefined);
  for (const name of found.filter((name) => !said.has(name))) {
    said.add(name);
    tell(`${name} is set and taken out of k6's environment: what it takes away belongs to every run`);
  }
  return Object.fromEntries(found.map((name) => [name, undefined]));
}

async function readHandedOver(file: string): Promise<HandedOver> {
  try {
    const [json, text] = await Promise.all([readFile(file, 'utf8'), readFile(textFileOf(file), 'utf8')]);
    return { ok: true, report: { result: parseRunResult(json, 'the result that k6 has written'), text } };
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    return { ok: false, problem: isMissing ? 'k6 has written no result' : messageOf(error) };
  }
}
