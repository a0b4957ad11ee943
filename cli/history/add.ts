/** Adds results to the history. */
import { join } from 'node:path';
import { startMs, type RunResult } from '../../lib/result/run-result.ts';
import { messageOf } from '../errors.ts';
import { readResult } from '../scenario/result.ts';
import { addResult } from './folder.ts';
import { tell, say } from '../say.ts';

/**
 * Adds the results of some files in the order in which they ran. A file that is none is one line on standard error, and
 * the rest goes on.
 * @returns the exit code: 1 where a file was none
 */
export async function addFiles(files: readonly string[], folder: string): Promise<number> {
  const results: RunResult[] = [];
  let code = 0;
  for (const file of files) {
    try {
      const result = await readResult(file);
      const { part } = result.run;
      if (part !== null)
        throw new Error(`${file}: is part ${part.index} of ${part.of} of a load: merge the parts first`);
      results.push(result);
    } catch (error) {
      tell(messageOf(error));
      code = 1;
    }
  }
  for (const result of results.sort((a, b) => startMs(a) - startMs(b))) {
    const { file, isNew } = await addResult(folder, result);
    say(`${isNew ? 'added' : 'there already'}: ${join(folder, file)}`);
  }
  return code;
}
