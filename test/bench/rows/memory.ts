/** The guide's ramp in short: what 100 users take. */
import { ratioLine, runPairs, type Line, type Row } from '../row.ts';

export const memory: Row = {
  name: 'memory',
  async measure(bench) {
    const stage = (seconds: number, target: number) => ({ duration: `${bench.seconds(seconds)}s`, target });
    const load = {
      stages: [stage(2, 10), stage(4, 50), stage(2, 100), stage(6, 100), stage(2, 0)],
      thinkTimeSeconds: 1,
    };
    const what = 'Peak memory of k6, ramp to 100 users with a think time of 1 s';
    const lines: Line[] = [];
    for (const [suite, title, atMost] of [
      ['suite', what, 1.15],
      ['watched', `${what}, the target watched`, 1.2],
    ] as const) {
      const pairs = await runPairs(bench, title, bench.pairs(7), load, { guide: 'guide', suite });
      lines.push(
        ratioLine(
          title,
          pairs,
          ({ peakKib }) => peakKib,
          { atMost },
          (kib) => `${(kib / 1024).toFixed(1)} MiB`,
        ),
      );
    }
    return lines;
  },
};
