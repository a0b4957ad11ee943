// Finds test files by name: Node 20's own runner takes no globs and finds no TypeScript.
import { readdirSync } from 'node:fs';

/** All `*.test.ts` files below `folders`, sorted, without node_modules. */
export function testFiles(...folders) {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .map((name) => `${folder}/${name}`)
        .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules')),
    )
    .sort();
}

/** Tests that judge how long something took on real k6, at loads that leave the machine idle half of the time. */
export const MEASURING = [
  'test/overhead.test.ts',
  'test/attribution.test.ts',
  'test/calibrate.test.ts',
  'test/capacity-ends.test.ts',
  'test/demo.test.ts',
  'test/gates.test.ts',
  'test/history-demo.test.ts',
  'test/known-truth.test.ts',
  'test/prometheus.test.ts',
  'test/runs-mode.test.ts',
  'test/timeline.test.ts',
];

/** Those that bring a target to its limit, or judge its processor: two of them at once would measure each other. */
export const SATURATING = [
  'test/capacity.test.ts',
  'test/interference.test.ts',
  'test/monitor.test.ts',
  'test/profile.test.ts',
];
