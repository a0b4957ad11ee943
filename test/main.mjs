// `npm run check`: types, lint and unit tests but for simulations, for use while one works. `npm test`: these, formatting, the bundles, and the
// tests on real k6 and the real target. Ends with a line that counts the tests.
//
//   node --import tsx test/main.mjs [check | FILE …]
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { close, runFiles, startWith } from './runner.mjs';

/**
 * Tests that judge how long something took on real k6, at loads that leave the machine idle half of the time; and the halves of
 * a processor that are kept for each: the reference target takes two, and so do two experiments at once. They begin in this
 * order, where there is room: one with the reference target beside two others, while there are such.
 */
const MEASURING = {
  // Three loads and an experiment, as a newcomer runs them: on a machine that does little else.
  demo: 3,
  attribution: 2,
  'switching-command': 2,
  alerts: 2,
  monitor: 2,
  calibrate: 2,
  // Two users.
  'history-demo': 1,
  'api-kinds': 2,
  pprof: 1,
  redirects: 1,
  'runs-mode': 2,
  'token-renewal': 1,
  init: 1,
  overhead: 2,
  'capacity-ends': 1,
  examples: 2,
  'foreign-service': 1,
};

/** Those that bring a target to its limit, or judge its processor: two of them at once would measure each other. */
const SATURATING = ['capacity', 'interference', 'monitor-limits', 'profile'];

/** Of the others, those that take longest: they begin first, so that none is left alone at the end. */
const LONG = [
  'workflows',
  'merge',
  'command-line',
  'auth',
  'exit-codes',
  'gates',
  'switching-command-ends',
  'runs-mode-ends',
  'demo-ends',
  'profile-ends',
  'timeline',
  'bars',
];

/** Those that tests are spread over. */
const PROCESSORS = Math.min(4, Math.max(2, availableParallelism()));
/** Of the tests that measure nothing most wait most of the time. */
const AT_ONCE = PROCESSORS + 1;

const bin = (name) => `node_modules/.bin/${name}`;
const unit = (...args) => [process.execPath, '--import', 'tsx', ...startWith, 'test/unit.mjs', ...args];
const checks = {
  types: [bin('tsc'), '-p', '.'],
  lint: [bin('eslint'), '--cache', '--cache-location', '.cache/eslint/', '.'],
};

const args = process.argv.slice(2);
const failed =
  args[0] === 'check' ? await check() : args.length > 0 ? close(await runFiles(args, 1)) : await testAll();
process.exitCode = failed ? 1 : 0;

async function check() {
  const passed = await together({
    ...checks,
    'unit tests of lib': unit('--quick', 'lib', 'thresholds'),
    // They wait most of the time.
    'unit tests of cli, 1': unit('--quick', '--part=1/3', 'cli'),
    'unit tests of cli, 2': unit('--quick', '--part=2/3', 'cli'),
    'unit tests of cli, 3': unit('--quick', '--part=3/3', 'cli'),
  });
  return passed.includes(false);
}

async function testAll() {
  // Before all else: the demo writes them, too.
  const built = await together({ bundles: [process.execPath, 'build.mjs'] });
  const measuring = files(Object.keys(MEASURING));
  const saturating = files(SATURATING);
  const long = files(LONG);
  const listed = [...measuring, ...saturating, ...long];
  const others = [...long, ...testFiles('test', 'target').filter((file) => !listed.includes(file))];
  const tests = [];
  const [statics] = await Promise.all([
    together({ ...checks, format: [bin('prettier'), '--check', '--log-level', 'warn', '.'] }),
    runFiles(['test/unit.mjs', ...others], AT_ONCE).then((done) => tests.push(...done)),
  ]);
  tests.push(
    ...(await runFiles(measuring, 2 * PROCESSORS, (file) => MEASURING[basename(file, '.test.ts')])),
    ...(await runFiles(saturating, 1)),
  );

  return close(tests, [...built, ...statics].filter((passed) => !passed).length);
}

function files(names) {
  return names.map((name) => `test/${name}.test.ts`);
}

/** The `*.test.ts` files of `folders`; those below are unit tests. Node 20's own runner takes no globs and finds no TypeScript. */
function testFiles(...folders) {
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
}

/** Runs commands side by side; the output of each is shown when it ends. Whether each passed. */
function together(commands) {
  return Promise.all(
    Object.entries(commands).map(([name, [command, ...args]]) => {
      const start = performance.now();
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const output = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
      return new Promise((resolve) => {
        child.on('close', (code) => {
          const seconds = ((performance.now() - start) / 1000).toFixed(1);
          if (code !== 0) process.stdout.write(Buffer.concat(output));
          console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name}  ${seconds} s`);
          resolve(code === 0);
        });
      });
    }),
  );
}
