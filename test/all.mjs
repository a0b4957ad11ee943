// `npm test`: everything `npm run check` does, formatting, the bundles, and the tests on real k6 and the real
// target. Ends with a line that counts them.
import { checks, run } from './check.mjs';
import { MEASURING, SATURATING, testFiles } from './files.mjs';
import { runFiles } from './runner.mjs';

// Before all else: the demo writes them, too.
const built = await run('bundles', [process.execPath, 'build.mjs']);
const statics = {
  types: checks.types,
  lint: checks.lint,
  format: ['node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'],
};
const others = testFiles('test', 'target').filter((file) => ![...MEASURING, ...SATURATING].includes(file));
const [results, counts] = await Promise.all([
  Promise.all(Object.entries(statics).map(async ([name, command]) => [name, await run(name, command)])),
  runFiles(['test/unit.mjs', ...others], 2),
]);
const add = (more) => more.forEach((count, file) => counts.set(file, count));
add(await runFiles(MEASURING, 2));
// One at a time: two load tests at once would measure each other.
add(await runFiles(SATURATING, 1));

// A busy machine fails a load test by chance; what is broken fails twice.
const again = [...counts].filter(([, { failed }]) => failed > 0).map(([file]) => file);
if (again.length > 0) {
  console.log(`\nOnce more, alone, since these failed: ${again.join(', ')}\n`);
  add(await runFiles(again, 1));
}

const broken = [['bundles', built], ...results].filter(([, passed]) => !passed).map(([name]) => name);
const sum = (kind) => [...counts.values()].reduce((total, count) => total + count[kind], 0);
const failed = sum('failed') + broken.length;
for (const [file, count] of counts) if (count.failed > 0) console.log(`FAILED  ${file}`);
for (const name of broken) console.log(`FAILED  ${name}`);
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
