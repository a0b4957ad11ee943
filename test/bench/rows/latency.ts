/** The same arrivals: does the suite measure the same latency, and does its monitor move it? */
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from '../../../lib/statistics/student-t.ts';
import type { BenchLoad, Script } from '../k6-process.ts';
import { runPairs, type Bench, type Line, type Pair, type Row } from '../row.ts';

const PER_SECOND = 500;

export const latency: Row = {
  name: 'latency',
  async measure(bench) {
    return [
      await differences(bench, `P95 at ${PER_SECOND} arrivals/s`, { guide: 'guide', suite: 'suite' }),
      await differences(bench, `P95 at ${PER_SECOND} arrivals/s, what the monitor moves it by`, {
        guide: 'suite',
        suite: 'watched',
      }),
    ];
  },
};

async function differences(bench: Bench, title: string, scripts: Record<keyof Pair, Script>): Promise<Line> {
  const load: BenchLoad = {
    of: 'arrivals',
    stages: [
      { duration: '1s', target: PER_SECOND },
      { duration: `${bench.seconds(6)}s`, target: PER_SECOND },
    ],
    thinkTimeSeconds: 0,
  };
  const pairs = await runPairs(bench, title, bench.pairs(15), load, scripts);
  const [from, to] = interval(pairs.map(({ guide, suite }) => suite.p95Ms - guide.p95Ms));
  const p95 = (side: keyof Pair) => median(pairs.map((pair) => pair[side].p95Ms)).toFixed(2);
  return {
    what: `${title}, difference over ${pairs.length} pairs, 95 % interval`,
    bar: 'holds 0',
    figure: `${from.toFixed(3)} … ${to.toFixed(3)} ms (medians ${p95('suite')} against ${p95('guide')} ms)`,
    met: from <= 0 && to >= 0,
  };
}

/** Student's interval of the mean at 95 %. */
function interval(values: readonly number[]): [number, number] {
  const half =
    (studentQuantile(0.025, values.length - 1) * sampleStandardDeviation([...values])) /
    Math.sqrt(values.length);
  const middle = mean([...values]);
  return [middle - half, middle + half];
}
