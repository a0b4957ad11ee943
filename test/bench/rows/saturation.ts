/** As many iterations as go: what an iteration costs k6, and how many it gets done. */
import { ratioLine, runPairs, type Row } from '../row.ts';

const USERS = 20;

export const saturation: Row = {
  name: 'saturation',
  async measure(bench) {
    const pairs = await runPairs(bench, 'saturation', bench.pairs(15), {
      stages: [
        { duration: '1ms', target: USERS },
        { duration: `${bench.seconds(8)}s`, target: USERS },
      ],
      thinkTimeSeconds: 0,
    });
    return [
      ratioLine(
        `CPU of k6 per iteration at saturation, ${USERS} users`,
        pairs,
        ({ cpuSeconds, iterations }) => (cpuSeconds / iterations) * 1e6,
        { atMost: 1.05 },
        (us) => `${us.toFixed(1)} µs`,
      ),
      ratioLine(
        `Iterations per second at saturation, ${USERS} users`,
        pairs,
        ({ iterationsPerSecond }) => iterationsPerSecond,
        { atLeast: 0.97 },
        (rate) => `${rate.toFixed(0)}/s`,
      ),
    ];
  },
};
