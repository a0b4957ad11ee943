// Unit tests of the folders that are named, or of all, in one process: starting one for each file takes longer than the tests.
//
//   node --import tsx test/unit.mjs [--quick] [FOLDER …]
import { readdirSync } from 'node:fs';

/** Simulations of hundreds of sessions, or of whole experiments: `--quick`, so `npm run check`, leaves them to `npm test`. */
const SIMULATIONS = [
  'cli/plan/plan.test.ts',
  'lib/experiment/attribution.test.ts',
  'lib/experiment/capacity/estimate.test.ts',
  'lib/experiment/capacity/run-capacity.test.ts',
  'lib/experiment/further-times.test.ts',
  'lib/experiment/power.test.ts',
  'lib/experiment/run-experiment.test.ts',
  'lib/profile/difference.test.ts',
];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const named = args.filter((arg) => arg !== '--quick');
for (const folder of named.length > 0 ? named : ['lib', 'thresholds', 'cli']) {
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const path = `${folder}/${name}`;
    if (path.endsWith('.test.ts') && !(quick && SIMULATIONS.includes(path))) await import(`../${path}`);
  }
}
