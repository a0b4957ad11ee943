/** The guide's ramp in short: what 100 users take. */
import { ratioLine, runPairs, type Row } from '../row.ts';

export const memory: Row = {
  name: 'memory',
  async measure(bench) {
    const stage = (seconds: number, target: number) => ({ duration: `${bench.seconds(seconds)}s`, target });
    const pairs = await runPairs(bench, 'memory', bench.pairs(7), {
      stages: [stage(2, 10), stage(4, 50), stage(2, 100), stage(6, 100), stage(2, 0)],
      thinkTimeSeconds: 1,
    });
    return [
      ratioLine(
        'Peak memory of k6, ramp to 100 users with a think time of 1 s',
        pairs,
        ({ peakKib }) => peakKib,
        { atMost: 1.1 },
        (kib) => `${(kib / 1024).toFixed(1)} MiB`,
      ),
    ];
  },
};
