// `npm test`: everything `npm run check` does, formatting, the bundles, and the tests on real k6 and the real
// target. Ends with the count of node's test runner.
import { spawnSync } from 'node:child_process';
import { checks, run } from './check.mjs';
import { testFiles } from './files.mjs';

const statics = {
  types: checks.types,
  lint: checks.lint,
  format: ['node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'],
  bundles: [process.execPath, 'build.mjs'],
};
const passed = await Promise.all(Object.entries(statics).map(([name, command]) => run(name, command)));

// One file at a time: two load tests at once would measure each other.
const files = ['test/unit.mjs', ...testFiles('test', 'target')];
const tests = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--test', '--test-concurrency=1', '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
);
process.exitCode = passed.every(Boolean) && tests.status === 0 ? 0 : 1;
