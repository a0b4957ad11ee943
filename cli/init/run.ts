/** `init` from its options, or in a terminal from answers: an example, what to switch, the files, and the doctor's word. */
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { findingLines, nextCommand } from '../doctor/text.ts';
import { note } from '../doctor/finding.ts';
import { runChild } from '../process/child.ts';
import { say } from '../say.ts';
import { projectFolder } from '../scenario/project.ts';
import { buildFor } from '../scenario/bundles.ts';
import { warnOfToken } from '../scenario/variables.ts';
import { askExample, askSwitching, askToken, inTerminal, type Dialogue } from './ask.ts';
import { found } from './files.ts';
import { draftOf, exampleOf, writeThresholds, type Draft, type InitOptions } from './init.ts';

/** Options as they were given: those that are missing are asked for in a terminal, or have defaults. */
export type Given = Partial<InitOptions> &
  Pick<InitOptions, 'header' | 'monitor' | 'setting' | 'switch' | 'url' | 'proof' | 'send' | 'force'>;

/**
 * @returns the exit code: 0 where a run could start, else 1
 * @throws CliError one line: what is wrong with an option, or which file was edited
 */
export async function runInit(given: Given): Promise<number> {
  if (given.curl !== undefined && given.curl !== '-') return configure(given, null, true);
  if (given.curl === '-') return configure({ ...given, curl: await readAll(process.stdin) }, null);
  if (!process.stdin.isTTY || !process.stdout.isTTY) return configure(given, null);
  const dialogue = inTerminal();
  try {
    return await configure(given, dialogue);
  } finally {
    dialogue.close();
  }
}

/** @param shown the line for curl stands among the arguments, where others can see it */
async function configure(given: Given, dialogue: Dialogue | null, shown = false): Promise<number> {
  const suggestion = 'staging';
  const env =
    given.env ??
    (await dialogue?.ask('Environment to write, a file of thresholds/', suggestion)) ??
    suggestion;
  const isProtected = (await found(env)).environment.protected === true;
  const asked =
    dialogue === null ? { ...given, example: await exampleOf(given) } : await askExample(given, dialogue);
  const token = given.token ?? (dialogue === null ? undefined : await askToken(asked.example, dialogue));
  const draft = await draftOf(
    asked.example,
    {
      ...asked,
      ...(token === undefined ? {} : { token }),
      // What is protected is asked nothing by the way.
      send: given.send && !isProtected,
    },
    process.env,
  );
  if (shown && Object.keys(draft.secrets.values).length > 0)
    warnOfToken('--curl', 'the line piped into --curl - does not');
  const isProven = given.proof.length > 0;
  say(...draft.findings.filter(({ subject }) => subject !== 'proof' || !isProven).flatMap(findingLines));
  const options: InitOptions = {
    ...asked,
    ...(dialogue === null || given.by !== undefined
      ? {}
      : await askSwitching(given, draft.findings, dialogue)),
    env,
  };
  const { written, isSwitched } = await writeThresholds(draft, options);
  say(
    written.length === 0
      ? 'Nothing to write: the files hold this already.'
      : `Written: ${written.join(', ')}`,
    '',
  );
  return examine(draft, env, isSwitched, isProtected);
}

/** Builds with what was written, and asks the doctor, in a process of its own: this one has the old files in memory. */
async function examine(
  { secrets }: Draft,
  env: string,
  isSwitched: boolean,
  isProtected: boolean,
): Promise<number> {
  const scenario = isSwitched ? 'overhead' : 'heavy';
  await buildFor(scenario);
  const missing = Object.keys(secrets.values).filter((name) => !process.env[name]?.trim());
  const values = Object.fromEntries(missing.map((name) => [name, secrets.values[name]]));
  const program = join(projectFolder, 'cli/main.ts');
  let output: Promise<string> | undefined;
  const code = await runChild(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program, 'doctor', scenario, '--env', env],
    {
      env: values,
      stdio: ['ignore', 'pipe', 'inherit'],
      onStart: ({ stdout }) => {
        if (stdout !== null) output = readAll(stdout);
      },
    },
  );
  const found = ((await output) ?? '').replace(/\n*Next: .*\n$/, '\n');
  const unswitched = note('overhead', 'nothing is switched: load scenarios only; --by says how it could be');
  process.stdout.write(found);
  say(
    ...(isSwitched ? [] : findingLines(unswitched)),
    '',
    nextCommand(scenario, { env, set: isProtected ? { CONFIRM: env } : {} }, code === 0, missing),
  );
  return code;
}
