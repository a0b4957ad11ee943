// A process that has loaded the command line of a project once, and runs one command after the other: test/support/commands.ts.
//
//   node --import tsx test/support/command-server.ts FOLDER
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { CommandCall, CommandEnd } from './commands.ts';

const [, , folder = ''] = process.argv;
const { runCommandLine } = (await import(
  pathToFileURL(join(folder, 'cli/command-line.ts')).href
)) as typeof import('../../cli/command-line.ts');

process.on('message', (call: CommandCall) => {
  void run(call).then((end) => process.send?.(end));
});
process.on('disconnect', () => {
  process.exit();
});
process.send?.('ready');

async function run({ args, env = {}, cwd }: CommandCall): Promise<CommandEnd> {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.chdir(cwd);
  const begin = performance.now();
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  const code = await runCommandLine(args).catch((error: unknown) => {
    // What Node prints of a defect before it ends.
    process.stderr.write(inspect(error));
    return 1;
  });
  return {
    code: code ?? exitCode(),
    stdout: stdout.end(),
    stderr: stderr.end(),
    ms: performance.now() - begin,
  };
}

/** What the command has set, which TypeScript takes for unchanged. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** Takes what is written to a stream until its end. */
function capture(stream: NodeJS.WriteStream): { end: () => string } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: Uint8Array | string, ...more: unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const written = more.find((one) => typeof one === 'function');
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  return {
    end: () => {
      stream.write = write;
      return text;
    },
  };
}
