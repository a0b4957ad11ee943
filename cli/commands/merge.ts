import type { Command } from 'commander';
import { UsageError } from '../errors.ts';

interface Options {
  out?: string;
}

/** `k6-overhead merge reports/*.json`: the parts of a load become one result, judged as a whole. */
export function register(program: Command): void {
  program
    .command('merge')
    .description(
      'merge the results of all load generators of one run (PART), and judge the gates on the whole',
    )
    .argument('<results...>', 'JSON that each generator has written')
    .option('--out <file>', 'where the merged result goes, a .json; a new file in reports/ by default')
    .addHelpText(
      'after',
      '\nExit codes: 0 every gate holds, 99 one does not, 108 the results are not all parts of one run.',
    )
    .action(async (files: string[], { out }: Options) => {
      if (out?.endsWith('.json') === false)
        throw new UsageError(`--out '${out}': give a name that ends in .json`);
      const { mergeFiles } = await import('../merge/merge.ts');
      process.exitCode = await mergeFiles(files, out);
    });
}
