// `npm test`: everything `npm run check` does, formatting, the bundles, and the tests on real k6 and the real
// target. Ends with a line that counts them.
//
// Files that judge how long something took come first in line for the processor. All else runs beside them, in what they
// leave, with the lowest priority that there is.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { run } from './check.mjs';
import { MEASURING, SATURATING } from './files.mjs';
import { runFiles } from './runner.mjs';

const built = await run('bundles', [process.execPath, 'build.mjs']);

const beside = fork('test/beside.mjs', { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
const printed = [];
beside.stdout.on('data', (chunk) => printed.push(chunk));
const ended = once(beside, 'close');
const besides = once(beside, 'message').then(async ([message]) => {
  await ended;
  process.stdout.write(Buffer.concat(printed));
  return message;
});

const counts = new Map();
const add = (more) => more.forEach((count, file) => counts.set(file, count));
add(await runFiles(MEASURING, 2));
add(await runFiles(SATURATING, 1));
const { statics, files } = await besides;
add(new Map(files));

// A busy machine fails a load test by chance; what is broken fails twice.
const again = [...counts].filter(([, { failed }]) => failed > 0).map(([file]) => file);
if (again.length > 0) {
  console.log(`\nOnce more, alone, since these failed: ${again.join(', ')}\n`);
  add(await runFiles(again, 1));
}

const broken = [...(built ? [] : ['bundles']), ...statics];
const sum = (kind) => [...counts.values()].reduce((total, count) => total + count[kind], 0);
const failed = sum('failed') + broken.length;
for (const [file, count] of counts) if (count.failed > 0) console.log(`FAILED  ${file}`);
for (const name of broken) console.log(`FAILED  ${name}`);
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
