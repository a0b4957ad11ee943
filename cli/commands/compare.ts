import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Groups } from '../compare/compare.ts';
import { HISTORY } from './history.ts';

interface Options {
  baseline?: boolean;
  dir: string;
  budget?: string;
  force?: boolean;
  json?: string;
}

/** `k6-overhead compare baseline*.json -- observability*.json`: the verdict on runs that are there already. */
export function register(program: Command): void {
  program
    .command('compare')
    .description("compare runs from files, baseline first; ends with the verdict's exit code")
    .argument(
      '<files...>',
      'two files, or two groups of files with -- between them; one group with --baseline',
    )
    .option(
      '--baseline',
      'compare the files with the accepted results of their kind: see the command baseline',
    )
    .option('--dir <folder>', 'the folder of results, for --baseline', HISTORY)
    .option('--budget <ms>', 'what the second group may cost at P95 (BUDGET)')
    .option('--force', 'compare runs of another load or system all the same')
    .option('--json <file>', 'write the comparison as JSON')
    .addHelpText(
      'after',
      "\nReads results of this suite, k6's summaries, Artillery's JSON, and what ab -e and ab -g write.\n" +
        'Options stand before the files.',
    )
    .action(async (files: string[], { baseline = false, dir, budget, force = false, json }: Options) => {
      const { compareFiles, withBaseline } = await import('../compare/compare.ts');
      const groups = baseline ? await withBaseline(files, dir) : groupsOf(files, process.argv);
      process.exitCode = await compareFiles(groups, { budget, releases: baseline, force, json });
    });
}

/**
 * The two groups. commander drops the `--` between them from its list, so that it is looked for in the raw arguments.
 * @throws UsageError if there are not two
 */
function groupsOf(files: readonly string[], argv: readonly string[]): Groups {
  const separator = argv.indexOf('--');
  const after = separator === -1 ? null : argv.slice(separator + 1);
  if (after?.some((file) => file.startsWith('--')) === true) {
    throw new UsageError('after the -- stand files alone: options go before them');
  }
  if (after === null) {
    const [baseline, treatment, ...others] = files;
    if (baseline !== undefined && treatment !== undefined && others.length === 0) {
      return { baseline: [baseline], treatment: [treatment] };
    }
    throw new UsageError(`${files.length} files: give two, or two groups with -- between them`);
  }
  const baseline = files.slice(0, files.length - after.length);
  if (baseline.length === 0 || after.length === 0)
    throw new UsageError('a group of files is empty: give both sides of the -- one');
  return { baseline, treatment: after };
}
