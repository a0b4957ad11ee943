/** How long all bundles take to build, with the start of Node. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import type { Row } from '../row.ts';

const TIMES = 7;
const root = join(import.meta.dirname, '..', '..', '..');

export const build: Row = {
  name: 'build',
  async measure(bench) {
    const times: number[] = [];
    for (let i = 0; i < TIMES; i += 1) {
      bench.progress(`build: ${i + 1} of ${TIMES}`);
      // Without it the bundles are made anew.
      await rm(join(root, 'dist/built-from'), { force: true });
      const start = performance.now();
      await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: root });
      times.push(performance.now() - start);
    }
    const ms = median(times);
    return [
      {
        what: `\`node build.mjs\`, all bundles, median of ${TIMES}`,
        bar: '< 1000 ms',
        figure: `${ms.toFixed(0)} ms`,
        met: ms < 1_000,
      },
    ];
  },
};
