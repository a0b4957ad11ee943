// Unit tests of the folders that are named, or of all, in one process: starting one for each file takes longer than the tests.
// Those of a part are every second file, or every third. What stands directly in target/ and test/ starts programs, and has a
// process of its own.
//
//   node --import tsx test/unit.mjs [--quick] [--part=1/2] [FOLDER …]
import { readdirSync } from 'node:fs';

/** Simulations and what else takes or waits a second or more: `--quick`, so `npm run check`, leaves them to `npm test`. */
const LONG = [
  'cli/k6/download.test.ts',
  'cli/plan/plan.test.ts',
  'cli/process/child.test.ts',
  'cli/process/watch.test.ts',
  'lib/experiment/attribution.test.ts',
  'lib/experiment/capacity/estimate.test.ts',
  'lib/experiment/carry-over.test.ts',
  'lib/experiment/capacity/run-capacity.test.ts',
  'lib/experiment/further-times.test.ts',
  'lib/experiment/power.test.ts',
  'lib/experiment/run-experiment.test.ts',
  'lib/profile/difference.test.ts',
  'lib/report/trend-page-size.test.ts',
];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const [part = 1, parts = 1] = (args.find((arg) => arg.startsWith('--part='))?.slice(7) ?? '1/1')
  .split('/')
  .map(Number);
const named = args.filter((arg) => !arg.startsWith('--'));
const files = (named.length > 0 ? named : ['lib', 'thresholds', 'cli', 'target', 'test'])
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((path) => path.endsWith('.test.ts') && !/^(target|test)\/[^/]+$|node_modules/.test(path))
  .filter((path) => !(quick && LONG.includes(path)))
  .sort();
for (const path of files.filter((_, i) => i % parts === part - 1)) await import(`../${path}`);
