// Runs test files by node's own runner, and closes with a line that counts the tests. No file is run twice. A test that the
// machine was too busy for skips itself, as "not judged" (test/support/measured.ts); where that is more than 10 % of the
// tests in files that measure, the run fails, because it shows too little.
import { readFileSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** What each process of tests starts with, beside tsx; node's runner hands this process's own on. */
export const startWith = ['--import', new URL('assertions.mjs', import.meta.url).href];
process.execArgv.push(...startWith);

/** Of the tests in files that measure. */
const MOST_NOT_JUDGED = 0.1;

/**
 * Runs test files, and gives what became of each test.
 * @param places how many there are
 * @param placesOf how many a file takes while it runs
 */
export async function runFiles(files, places, placesOf = () => 1) {
  const tests = await runAll(files, runFile, places, placesOf);
  return tests.flat();
}

/** Of what waits, the first that fits begins as soon as there are places for it; gives what came of each, as they end. */
export async function runAll(all, run, places, placesOf) {
  const waiting = [...all];
  const running = new Set();
  const done = [];
  let free = places;
  const taken = (one) => Math.min(placesOf(one), places);
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex((one) => taken(one) <= free);
    if (next === -1) {
      await Promise.race(running);
      continue;
    }
    const [one] = waiting.splice(next, 1);
    free -= taken(one);
    const ended = run(one).then((outcome) => {
      done.push(outcome);
      free += taken(one);
      running.delete(ended);
    });
    running.add(ended);
  }
  return done;
}

/** One call a file: the runner's events name the file in which `test` is called, which may be one of test/support/. */
async function runFile(file) {
  const start = performance.now();
  const tests = [];
  const measures = readFileSync(file, 'utf8').includes('support/measured.ts');
  const stream = run({ files: [file] });
  const note = (outcome, { details, name, skip, todo }) => {
    // A suite that is skipped runs none of its tests, and says so for all of them.
    if (details.type === 'suite' && skip === undefined) return;
    const reason = typeof skip === 'string' ? skip : '';
    const skipped = reason.startsWith('not judged') ? 'not judged' : 'skipped';
    tests.push({ name, file, measures, reason, outcome: skip || todo ? skipped : outcome });
  };
  stream.on('test:pass', (event) => note('passed', event));
  stream.on('test:fail', (event) => note('failed', event));
  await new Promise((resolve) => {
    const report = stream.compose(new spec());
    report.on('end', resolve);
    report.pipe(process.stdout, { end: false });
  });
  console.log(`${file}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return tests;
}

/** Prints what did not pass, and the counts. @param broken other things that failed @returns whether the run failed */
export function close(tests, broken = 0) {
  const of = (outcome) => tests.filter((test) => test.outcome === outcome);
  const notJudged = of('not judged');
  for (const { file, name } of of('failed')) console.log(`FAILED  ${file}: ${name}`);
  for (const { file, name, reason } of [...of('skipped'), ...notJudged])
    console.log(`skipped  ${file}: ${name}: ${reason}`);
  const measuring = tests.filter(({ measures }) => measures).length;
  const tooMany = notJudged.length > MOST_NOT_JUDGED * measuring;
  if (tooMany)
    console.log(
      `FAILED  ${notJudged.length} of ${measuring} tests that measure were not judged; at most 10 %`,
    );
  const failures = of('failed').length + broken + (tooMany ? 1 : 0);
  const skipped = of('skipped').length + notJudged.length;
  console.log(
    `${of('passed').length} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return failures > 0;
}
