// Node's own test runner, with a count of its own: a file that measures may be run again, and then counts once.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * Runs test files, `concurrency` at a time, with node's spec report on stdout.
 * @returns what became of each file, by its path: `{ passed, failed, skipped }`
 */
export async function runFiles(files, concurrency) {
  const counts = new Map(files.map((file) => [file, { passed: 0, failed: 0, skipped: 0 }]));
  const stream = run({ files, concurrency });
  const count = (kind, { details, name, file, skip, todo }) => {
    if (details.type === 'suite') return;
    // A file that does not even start has no test: its own name fails.
    const path = files.find((one) => file?.endsWith(one) || name.endsWith(one)) ?? files[0];
    counts.get(path)[skip || todo ? 'skipped' : kind] += 1;
  };
  stream.on('test:pass', (event) => count('passed', event));
  stream.on('test:fail', (event) => count('failed', event));
  await new Promise((resolve) => {
    const report = stream.compose(new spec());
    report.on('end', resolve);
    report.pipe(process.stdout, { end: false });
  });
  return counts;
}
